package main

import (
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"

	"pushbench/lab/agents"
)

// natsKey is that of a script's NATS server among its values.
type natsKey struct{}

// scriptNATS is `nats`: start a NATS server, whose URL is $NATS then. $ADDRESS is an address of
// this machine that is not on loopback, if there is one.
func scriptNATS(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: nats")
	}
	const token = "secret"
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, Authorization: token, NoLog: true, NoSigs: true})
	ts.Check(err)
	s.Start()
	ts.Defer(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		ts.Fatalf("the NATS server is not ready")
	}
	ts.Setenv("NATS", s.ClientURL())
	ts.Setenv(agents.TokenVariable, token)
	ts.Setenv("ADDRESS", outside())
	ts.Value(natsKey{}).(*scriptServer).Server = s
}

// A scriptServer is the NATS server of a script, once it has one.
type scriptServer struct{ *server.Server }

// outside is an IPv4 address of this machine.
func outside() string {
	all, _ := net.InterfaceAddrs()
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	return "127.0.0.1"
}

// scriptJoined is `joined N`: wait until N agents have joined at the script's NATS server. Each
// is a client with two subscriptions.
func scriptJoined(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: joined N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	s := ts.Value(natsKey{}).(*scriptServer)
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		all, err := s.Connz(&server.ConnzOptions{})
		ts.Check(err)
		n := 0
		for _, c := range all.Conns {
			if c.NumSubs >= 2 {
				n++
			}
		}
		switch {
		case n == want:
			return
		case time.Now().After(limit):
			ts.Fatalf("%d agents have joined, and not %d", n, want)
		}
	}
}
