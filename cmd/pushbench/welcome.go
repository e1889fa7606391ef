package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"pushbench/servers/wire"
)

// writeWelcome tells where to console, in lines to copy.
func writeWelcome(w io.Writer, ready wire.Ready) error {
	l := consoleOf(w)
	scheme, curl := "http", "curl"
	if ready.Cert != "" {
		scheme, curl = "https", "curl -k"
	}
	hosts, err := reachable(ready.HTTP)
	if err != nil {
		return err
	}
	base := scheme + "://" + hosts[0]
	var b strings.Builder
	for _, host := range hosts {
		fmt.Fprintf(&b, "%s\n", l.bold(scheme+"://"+host))
	}
	if len(ready.Inject) > 0 {
		fmt.Fprintf(&b, "\nmade worse on purpose: %s\n", strings.Join(ready.Inject, ", "))
	}
	fmt.Fprintln(&b)
	for _, line := range [][2]string{
		{fmt.Sprintf("%s -N '%s%s?topic=ticks'", curl, base, wire.RouteSSE), "a stream of events"},
		{fmt.Sprintf("%s -i '%s%s?topic=ticks&after=0'", curl, base, wire.RoutePolling), "all events, and the next cursor"},
		{fmt.Sprintf("%s -i '%s%s?topic=ticks'", curl, base, wire.RouteLongPoll), "the next event"},
		{fmt.Sprintf("%s '%s%s?topic=news' -d '{\"hello\":\"world\"}'", curl, base, wire.RoutePublish), "publish"},
		{fmt.Sprintf("%s '%s%s'", curl, base, wire.RouteStats), "the server's own figures"},
	} {
		fmt.Fprintf(&b, "  %s\n  %s\n", l.dim("# "+line[1]), line[0])
	}
	fmt.Fprintf(&b, "  %s\n  %s\n", l.dim("# WebSocket: one text message per event"), "ws"+strings.TrimPrefix(base, "http")+wire.RouteWebSocket+"?topic=ticks")
	if ready.TCP != "" {
		if hosts, err = reachable(ready.TCP); err != nil {
			return err
		}
		fmt.Fprintf(&b, "  %s\n", l.dim("# the tcp floor: 4 bytes of length, then the event"))
		for _, host := range hosts {
			fmt.Fprintf(&b, "  (echo 'ticks 0'; sleep 3) | curl -sN -m 3 'telnet://%s' | od -c\n", host)
		}
	}
	fmt.Fprintln(&b, "\nCtrl-C ends it.")
	_, err = io.WriteString(w, b.String())
	return err
}

// reachable returns the addresses, host:port, under which a listener's address
// can be reached: itself or, when it is every interface, which no client can be
// told to go to, those of the interfaces, one of loopback first.
func reachable(addr string) ([]string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsUnspecified() {
		return []string{addr}, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	here, elsewhere := "localhost", []string(nil)
	for _, a := range all {
		network, ok := a.(*net.IPNet)
		switch {
		case !ok:
		case network.IP.IsGlobalUnicast(): // not link-local, which would need a zone
			elsewhere = append(elsewhere, net.JoinHostPort(network.IP.String(), port))
		case network.IP.IsLoopback() && network.IP.To4() != nil:
			here = network.IP.String()
		}
	}
	return append([]string{net.JoinHostPort(here, port)}, elsewhere...), nil
}
