// Package scenarios is what is asked of the transports: experiments as YAML files,
// read strictly.
//
// A file may have these keys; only about is required, the values shown are
// the defaults:
//
//	about: one sentence
//	suite: default        # or full
//	clients: 100          # simulated subscribers
//	topics: 1             # client i subscribes to topic i mod topics
//	events:
//	  rate: 10            # a second over all topics; 0: none
//	  arrival: constant   # or poisson, or burst: the rate is the mean over time
//	  payload: 128        # bytes
//	  filler: pangram     # what pads them: one sentence again and again, or random letters, which compression hardly shortens
//	  burst: 1            # events at once, with arrival: burst
//	  retained: 0         # in each topic's history before a client connects
//	warm-up: 500ms        # not measured; at least the longest poll interval and a gap between events
//	duration: 2s          # measured; at least one poll interval
//	opening: 1            # connections being opened at a time
//	heartbeat: 15s        # of the server, on a silent stream
//	trials: 6             # of each variant at each point
//	variants: [polling/interval=500ms, longpoll, sse, websocket, tcp]
//	sweep: {clients: [10, 100]}  # none; exactly one of clients, payload, rate, interval
//	expect: ["sse: p99-sec <= 50ms"]  # none; [variant or transport:] metric op value
//
// Besides, for conditions other than loopback and a steady server:
//
//   - path: 4g is the network of that name: lan, wifi, 4g, 3g or satellite, whose
//     values package link has. path: {delay: 50ms, jitter: 5ms, rate: 1250000, loss: 0.01,
//     mtu: 1500} has values of its own. Either puts
//     clients and server into network namespaces of their own, which needs root:
//     delay and jitter of each packet each way, bytes per second, share of packets
//     lost. All may be left out; path: {} is Ethernet's segment size alone. The
//     publisher is beside the server as soon as there is a delay, rate or loss.
//   - proxy: nginx puts a real proxy in front of the server, as the program comes:
//     nginx, haproxy, apache, caddy or varnish. proxy: {nginx: tuned} is with the cures for
//     all transports; package front has all configurations. The clients connect to the
//     proxy, where TLS ends, and the publisher to the server. Variants with http=2 speak it
//     with the proxy, which speaks HTTP/1 with the server. The tcp floor is not run, nor is
//     TLS through Varnish.
//   - stall: {after: 5s, for: 1400ms} pauses the server process at that time of
//     the window. The trial also keeps what a generator in a closed loop would
//     have reported.
//   - fault: {cut: 1s} cuts the connections of all clients, so long after the window began:
//     the kernel aborts them at the clients' machine and sends a reset to the server, as a
//     network device does that has lost its state. It needs CAP_NET_ADMIN. share: 0.5
//     cuts those of half of the clients. {restart: 1s} ends the server and starts it again:
//     its numbers begin with 1, and clients are told so. {reload: 1s} has the proxy reload its
//     configuration, which is the same as before: what becomes of open connections is up to
//     the program.
//   - send: {rate: 2} has each client publish two events per second to its topic, besides
//     what it gets: over its own connection with WebSocket, and else by a POST over a
//     second one. They take turns. There is no other publisher then. WebSocket clients
//     do it over HTTP/1.1 and 2, all others over HTTP/1.1, by text that is not compressed.
//   - slow: {clients: 5, rate: 100000, history: 160} has five more clients that read slowly,
//     100,000 bytes per second each, so that TCP's window closes and the server cannot write to
//     them. They are in no figure of the others, and have figures of their own, whose names begin
//     with slow. The server keeps 160 events of a topic; without history it keeps all of a trial.
//     They have one connection each, over HTTP/1, and do not come back when the server has ended
//     a stream. An answer that it cuts off is asked for again.
//   - reconnect: {after: 500ms, jitter: 1s} is what a client does that has lost its
//     connection, where the server pushes: it connects again after 500 ms to 1.5 s, by
//     the run's seed, and goes on behind the last event that it has. resume: false has
//     those of WebSocket begin with new events instead. With a fault the default is
//     after: 2s, which is what our servers tell an EventSource. Without reconnect and
//     fault a lost connection fails the trial. Clients that ask have a new connection
//     for their next request. Clients over HTTP/2, and those with a connection for each
//     request, do not come back. A server behind a proxy is not started again.
//   - fresh: true gives each trial a server process of its own, also where the file
//     of a target keeps one for all trials: memory can be told of a new one only.
//   - spacing: 2ms, below events, is from one event of a burst to the next.
//   - suite may also be truth, reproduce, gate or atlas: what `pushbench truth`,
//     `reproduce`, `duel` and `atlas` run. scale is what `make scale` runs.
//
// The values of a sweep replace that of the field. An interval is swept on
// polling variants only, and these then name no interval. The other variants run
// once. An expectation is judged on the median of each cell that it covers. A
// count of broken rules, such as missed-events, is judged on the worst trial.
package scenarios
