package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"pushbench/servers"
)

type serveOptions struct {
	addr, tcp string
	tls       bool
	heartbeat time.Duration
	history   int
	topics    int
	memory    int // MiB
	origins   []string
	inject    []string
	expose    bool
	private   bool
	ready     bool
	null      bool
	backplane string
	nats      bool
	payload   int
}

func newServe() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the servers by hand, with a page that shows them side by side",
		Long: `Run the servers. A page at / shows the four transports side by side. Any client
can use the routes: curl, a browser, your own. With GODEBUG=http2xconnect=1 in the
environment they take WebSockets over HTTP/2, too. Ctrl-C stops the servers.`,
		Example: `  pushbench serve                           # then open http://127.0.0.1:8080
  curl -N 'http://127.0.0.1:8080/sse?topic=ticks'
  curl 'http://127.0.0.1:8080/publish?topic=news' -d '{"hello":"world"}'
  curl 'http://127.0.0.1:8080/polling?topic=news&after=0'
  pushbench serve --tls --addr 127.0.0.1:8443
  pushbench serve --addr :8080 --expose     # for other machines, too
  pushbench serve --origin http://localhost:3000   # for a page that is served there
  pushbench serve --backplane redis://127.0.0.1:6379  # twice, at two addresses: two nodes
  pushbench serve --nats --addr 127.0.0.1:4222     # for --backplane nats://127.0.0.1:4222`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.ready && !cmd.Flags().Changed("addr") {
				o.addr = "127.0.0.1:0"
			}
			return serve(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`HOST:PORT` of the HTTP server; port 0 takes any free one")
	f.StringVar(&o.tcp, "tcp", "127.0.0.1:0", "`HOST:PORT` of the tcp floor, or off")
	f.BoolVar(&o.tls, "tls", false, "speak TLS, with a certificate made at the start")
	f.DurationVar(&o.heartbeat, "heartbeat", 15*time.Second, "send a heartbeat on quiet streams each `TIME`")
	f.IntVar(&o.history, "history", 8192, "keep the last `N` events of each topic")
	f.IntVar(&o.topics, "topics", servers.DefaultTopics, "have room for `N` topics")
	f.IntVar(&o.memory, "memory", servers.DefaultMemory>>20, "keep at most `MIB` mebibytes of events, of all topics together, by their payload")
	f.StringArrayVar(&o.origins, "origin", nil, "allow browsers on pages of this `ORIGIN`: https://host:port, host:port, host, or * for any; may be repeated (default: pages of this server)")
	f.StringArrayVar(&o.inject, "inject", nil, "make the servers worse on purpose, to test a gate, by `KIND=SIZE`: "+servers.InjectionKinds()+"; may be repeated, and is in the record")
	f.BoolVar(&o.expose, "expose", false, "permit an address that other machines can reach; without a host it is every interface")
	f.BoolVar(&o.private, "private", false, "keep the server's own figures private: there is no /stats")
	f.BoolVar(&o.ready, "ready", false, "write one JSON line when ready, and nothing else; no page")
	f.StringVar(&o.backplane, "backplane", "", "share the events with other servers by this `URL`: redis://HOST:PORT or nats://HOST:PORT (with JetStream); #NAME behind it keeps servers apart that share one")
	f.BoolVar(&o.nats, "nats", false, "be a NATS server with JetStream instead, for the --backplane of others; it keeps nothing when it ends")
	f.BoolVar(&o.null, "null", false, "be a null server, which answers with canned events as fast as they are taken; descriptor 3 is its credit")
	f.IntVar(&o.payload, "payload", 0, "`BYTES` of a null server's events")
	// Note: hidden, for they are the contract between a run and its servers.
	for _, name := range []string{"null", "payload"} {
		if err := f.MarkHidden(name); err != nil {
			panic(err)
		}
	}
	return cmd
}

func serve(cmd *cobra.Command, o serveOptions) error {
	for flag, addr := range map[string]string{"--addr": o.addr, "--tcp": o.tcp} {
		if err := mayListen(flag, addr, o.expose); err != nil {
			return err
		}
	}
	switch {
	case o.heartbeat <= 0:
		return usage("pushbench serve --help", "--heartbeat must be a time above zero, not %s", o.heartbeat)
	case o.history < 1:
		return usage("pushbench serve --help", "--history must be at least 1, not %d", o.history)
	case o.topics < 1 || o.topics > 1<<20:
		return usage("pushbench serve --help", "--topics must be a number from 1 to %d, not %d", 1<<20, o.topics)
	case o.memory < 1 || o.memory > 1<<20:
		return usage("256 is a quarter of a gibibyte", "--memory must be from 1 to %d mebibytes, not %d", 1<<20, o.memory)
	}
	origins, err := readOrigins(o.origins)
	if err != nil {
		return err
	}
	inject, err := servers.ParseInjections(o.inject)
	switch {
	case err != nil:
		return usage("pushbench serve --help lists the kinds", "--inject: %w", err)
	case o.null && len(o.inject) > 0:
		return usage("leave --null out", "--inject: a null server cannot be made worse")
	case o.null && o.backplane != "":
		return usage("leave --null out", "--backplane: a null server has no events to share")
	case o.null:
		return serveNull(cmd, o)
	case o.nats && o.backplane != "":
		return usage("start two processes", "--nats: a NATS server is no node itself")
	case o.nats:
		return serveNATS(cmd, o)
	}
	log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	between, leave, err := openBackplane(cmd.Context(), o.backplane, o.history, log)
	if err != nil {
		return err
	}
	defer leave()
	server, err := servers.Listen(servers.Options{
		Addr:      o.addr,
		TCPAddr:   o.tcp,
		TLS:       o.tls,
		Expose:    o.expose,
		Topics:    o.topics,
		History:   o.history,
		Memory:    o.memory << 20,
		Heartbeat: o.heartbeat,
		Origins:   origins,
		Private:   o.private,
		Inject:    inject,
		Log:       log,
		Backplane: between,
		Page:      !o.ready,
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return usage("--addr 127.0.0.1:0 takes any free port", "%w", err)
	}
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if o.ready {
		err = json.NewEncoder(out).Encode(server.Ready())
	} else {
		err = writeWelcome(out, server.Ready())
	}
	if err != nil {
		return err
	}
	defer heed(cmd.Context())()
	return server.Serve(cmd.Context())
}

// readOrigins returns the origins of a flag, each of which may be several with
// commas between them.
func readOrigins(flags []string) (origins []string, err error) {
	for _, flag := range flags {
		for _, text := range strings.Split(flag, ",") {
			text = strings.TrimSpace(text)
			if _, err := servers.ParseOrigin(text); err != nil {
				return nil, usage("give what location.origin of the page says, such as http://localhost:3000, or host:port, a host, or * for any page", "--origin: %w", err)
			}
			origins = append(origins, text)
		}
	}
	return origins, nil
}

// mayListen refuses addresses that other machines can reach, unless the user
// said that this is meant.
func mayListen(flag, addr string, expose bool) error {
	if flag == "--tcp" && addr == "off" {
		return nil
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return usage(flag+" 127.0.0.1:0 takes any free port", "%s must be HOST:PORT, not %q", flag, addr)
	}
	if ip := net.ParseIP(host); expose || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usage("add --expose to let other machines read and publish here without a password", "%s %s is not on loopback", flag, addr)
}
