import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.*;
import javax.websocket.*;
import javax.websocket.server.ServerEndpoint;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.*;

/**
 * Server-Sent Events with SseEmitter, long-polling with DeferredResult, polling, and WebSocket with
 * javax.websocket, on an embedded Tomcat: java Spring PORT DIRECTORY. The directory is Tomcat's own.
 */
public class Spring {
    static final int HISTORY = 1024;       // events that a client can ask for again
    static final long PATIENCE = 25_000;   // ms that a long-poll waits

    record Event(long id, String body) {}

    @RestController
    static class Feed {
        private final Deque<Event> history = new ArrayDeque<>();
        private final Set<Emitter> emitters = ConcurrentHashMap.newKeySet();
        private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
        private long last;

        // One event after the other: neither an emitter nor a Session takes two writers at once.
        @PostMapping("/publish")
        public synchronized void publish(@RequestBody String body) {
            Event event = new Event(++last, body);
            history.addLast(event);
            if (history.size() > HISTORY) history.removeFirst();
            for (Emitter e : emitters) e.offer(event);
            for (Waiting w : waiting) {
                waiting.remove(w);
                w.setResult(ResponseEntity.ok(after(w.cursor)));
            }
            Socket.broadcast(body);
        }

        /**
         * A stream that ends only with its client. With complete=N the server completes it after N
         * events, and with end=true it then answers a client that comes back with 204, which tells
         * an EventSource to stay away. Last-Event-ID resumes.
         */
        @GetMapping("/events")
        public synchronized ResponseEntity<SseEmitter> events(
                @RequestParam(defaultValue = "0") int complete,
                @RequestParam(defaultValue = "false") boolean end,
                @RequestHeader(name = "Last-Event-ID", required = false) Long seen) {
            if (end && seen != null) return ResponseEntity.noContent().build();
            Emitter e = new Emitter(complete);
            e.onCompletion(() -> forget(e));
            emitters.add(e);
            if (seen != null) for (Event event : history) if (event.id > seen) e.offer(event);
            return ResponseEntity.ok().header("Cache-Control", "no-cache").body(e);
        }

        // Tomcat calls this, and then gives the request's objects to another client. It waits for
        // an event that is being sent, and no other is sent afterwards.
        private synchronized void forget(Emitter e) {
            e.done = true;
            emitters.remove(e);
        }

        @GetMapping(value = "/poll", produces = MediaType.APPLICATION_JSON_VALUE)
        public synchronized String poll(@RequestParam(defaultValue = "0") long after) {
            return after(after);
        }

        @GetMapping(value = "/wait", produces = MediaType.APPLICATION_JSON_VALUE)
        public synchronized DeferredResult<ResponseEntity<String>> pending(
                @RequestParam(defaultValue = "0") long after) {
            Waiting w = new Waiting(after);
            if (last > after) {
                w.setResult(ResponseEntity.ok(after(after)));
                return w;
            }
            w.onCompletion(() -> waiting.remove(w));
            waiting.add(w);
            return w;
        }

        private String after(long cursor) {
            Deque<String> bodies = new ArrayDeque<>();
            for (Iterator<Event> newest = history.descendingIterator(); newest.hasNext(); ) {
                Event e = newest.next();
                if (e.id <= cursor) break;
                bodies.addFirst(e.body);
            }
            return "{\"cursor\":" + last + ",\"events\":[" + String.join(",", bodies) + "]}";
        }
    }

    static class Emitter extends SseEmitter {
        private int left;
        private boolean done;

        Emitter(int complete) {
            super(0L); // no end by time: the default is Tomcat's 30 seconds
            left = complete;
        }

        // Tomcat ends the request of a client that has left. Spring 4 completes it as well when
        // a send fails, and may meet another client's request, which has the same objects by then.
        @Override
        public void completeWithError(Throwable gone) {}

        void offer(Event event) {
            if (done) return;
            try {
                send(event().id(Long.toString(event.id)).name("tick").data(event.body));
                if (--left == 0) {
                    done = true;
                    complete();
                }
            } catch (IOException | IllegalStateException gone) {
                done = true;
            }
        }
    }

    static class Waiting extends DeferredResult<ResponseEntity<String>> {
        final long cursor;

        Waiting(long cursor) {
            super(PATIENCE, new ResponseEntity<String>(HttpStatus.NO_CONTENT));
            this.cursor = cursor;
        }
    }

    @ServerEndpoint("/ws")
    public static class Socket {
        private static final Set<Session> sessions = ConcurrentHashMap.newKeySet();

        @OnOpen
        public void open(Session session) {
            sessions.add(session);
        }

        @OnClose
        public void close(Session session) {
            sessions.remove(session);
        }

        @OnError
        public void error(Session session, Throwable cause) {
            sessions.remove(session);
        }

        static void broadcast(String body) {
            for (Session s : sessions) {
                try {
                    s.getBasicRemote().sendText(body);
                } catch (IOException | IllegalStateException gone) {
                    sessions.remove(s);
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
        // Registered one by one: @EnableWebMvc needs a proxy class, which JDK 17 refuses Spring 4.
        spring.register(Feed.class, RequestMappingHandlerMapping.class, Adapter.class);

        Tomcat tomcat = new Tomcat();
        tomcat.setSilent(true);
        tomcat.setBaseDir(args[1]);
        tomcat.setPort(Integer.parseInt(args[0]));
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer(new WsSci(), Set.of(Socket.class));
        Tomcat.addServlet(context, "spring", new DispatcherServlet(spring)).setAsyncSupported(true);
        context.addServletMappingDecoded("/", "spring");
        tomcat.start();
        // SIGTERM ends it at once, with status 0.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        tomcat.getServer().await();
    }

    /** Text is UTF-8 both ways: Spring 4 would write and read Latin-1. */
    static class Adapter extends RequestMappingHandlerAdapter {
        Adapter() {
            StringHttpMessageConverter text = new StringHttpMessageConverter(StandardCharsets.UTF_8);
            text.setWriteAcceptCharset(false); // or each answer would list all charsets of the JVM
            getMessageConverters().add(0, text);
        }
    }
}
