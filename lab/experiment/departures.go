//go:build linux

package experiment

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"pushbench/lab/process"
	"pushbench/lab/proxy"
	"pushbench/results"
	"pushbench/scenarios/front"
	"pushbench/servers/wire"
)

// How departures are observed. While nothing is sent, only what the client's side does can
// tell the server that it has left; then events are.
const (
	leavers    = 10                     // clients that leave at once
	departures = 3                      // times that they do
	looking    = 2 * time.Millisecond   // from one look at the server's figures to the next
	quiet      = 500 * time.Millisecond // nothing is sent for so long after they have left
	beat       = 100 * time.Millisecond // from then on an event is sent each time that so much is over
	patience   = 3 * time.Second        // until it is given up
)

// held are the transports over which the server holds something for each client.
var held = []wire.Transport{wire.SSE, wire.WebSocket, wire.LongPoll}

// Departures finds out, over each transport, when a server knows that clients have left: without
// a proxy, and behind each in the configuration that is fit for all transports. Server is the
// command that starts one. What could not be measured says why.
func Departures(ctx context.Context, server []string) (all []results.Observation) {
	for _, program := range append([]front.Program{{}}, front.Programs()...) {
		var through *front.Proxy
		name, by := "direct", "without a proxy"
		if program.Name != "" {
			through = &front.Proxy{Program: program.Name, Config: front.Tuned}
			name, by = program.Name, "through "+through.String()
		}
		rows := make([]results.Observation, len(held))
		for i, transport := range held {
			rows[i] = results.Observation{
				Name: name + "-" + string(transport) + "-departed", Kind: "sec",
				About: fmt.Sprintf("From when %d clients of %s %s closed their connections until the server had none of their "+
					"streams or held requests any more, to %s. For %s nothing was sent, and then an event every %s.",
					leavers, transport, by, wire.Duration(looking), wire.Duration(quiet), wire.Duration(beat)),
			}
		}
		if err := left(ctx, server, through, rows); err != nil {
			for i := range rows {
				if rows[i].Reason == "" {
					rows[i].Reason = err.Error()
				}
			}
		}
		all = append(all, rows...)
	}
	return all
}

// left starts a server, with a proxy in front unless that is nil, and fills rows.
func left(ctx context.Context, server []string, through *front.Proxy, rows []results.Observation) (err error) {
	running, err := process.Start(ctx, process.Options{
		Command: append(slices.Clone(server), "--addr", "127.0.0.1:0", "--tcp", "off", "--heartbeat", "24h"),
	})
	if err != nil {
		return err
	}
	defer func() {
		if end := running.Stop(5 * time.Second); err == nil {
			err = end
		}
	}()
	d := &departure{server: running.HTTP, via: running.HTTP}
	defer d.client.CloseIdleConnections()
	if through != nil {
		p, err := proxy.Start(ctx, proxy.Options{Setup: proxy.Setup{Proxy: *through}, Host: "127.0.0.1", Server: running.HTTP})
		if err != nil {
			return err
		}
		defer func() { _ = p.Stop() }() // it may say that it was killed
		d.via = p.Address
	}
	for i, transport := range held {
		for range departures {
			took, err := d.observe(ctx, transport)
			if err != nil {
				rows[i].Reason = err.Error()
				break
			}
			rows[i].Values = append(rows[i].Values, took.Seconds())
		}
	}
	return ctx.Err()
}

// A departure is of clients that come to a server, and leave.
type departure struct {
	server string // its address
	via    string // where clients connect
	client http.Client
}

// observe has clients of a transport come and leave, and returns how long the server has had
// something for one of them since then.
func (d *departure) observe(ctx context.Context, transport wire.Transport) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	leave, err := d.come(ctx, transport)
	defer leave()
	if err != nil {
		return 0, err
	}
	if _, err := d.await(ctx, transport, leavers, nil); err != nil {
		return 0, err
	}
	began := time.Now()
	leave()
	next := quiet
	there, err := d.await(ctx, transport, 0, func() error {
		since := time.Since(began)
		switch {
		case since > patience:
			return fmt.Errorf("%s after they have left", wire.Duration(patience))
		case since < next:
			return nil
		}
		next += beat
		return d.publish(ctx)
	})
	return there.Sub(began), err
}

// come opens the clients' connections. Leave closes them, and may be called twice.
func (d *departure) come(ctx context.Context, transport wire.Transport) (leave func(), err error) {
	var conns []net.Conn
	var reading sync.WaitGroup
	leave = sync.OnceFunc(func() {
		for _, c := range conns {
			c.Close()
		}
		reading.Wait()
	})
	for range leavers {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.via)
		if err != nil {
			return leave, err
		}
		conns = append(conns, c)
		if _, err := io.WriteString(c, request(transport, d.via)); err != nil {
			return leave, err
		}
		// A client that closes with something unread would send a reset.
		reading.Go(func() { _, _ = io.Copy(io.Discard, c) })
	}
	return leave, nil
}

// request is what a client asks for that stays.
func request(transport wire.Transport, host string) string {
	route, more := map[wire.Transport]string{
		wire.SSE: wire.RouteSSE, wire.WebSocket: wire.RouteWebSocket, wire.LongPoll: wire.RouteLongPoll + "?" + wire.ParamWait + "=1m",
	}[transport], ""
	if transport == wire.WebSocket { // the key is that of RFC 6455, section 1.3
		more = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	}
	return "GET " + route + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n"
}

// await looks at the server's figures until it has so many streams or held requests of a
// transport, and returns when it has. Meanwhile it calls between, if that is set.
func (d *departure) await(ctx context.Context, transport wire.Transport, want int64, between func() error) (time.Time, error) {
	tick := time.NewTicker(looking)
	defer tick.Stop()
	for {
		has, err := d.subscribers(ctx, transport)
		if err == nil && has == want {
			return time.Now(), nil
		}
		if err == nil && between != nil {
			err = between()
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("the server has %d of %d clients: %w", has, leavers, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("the server has %d of %d clients: %w", has, leavers, ctx.Err())
		}
	}
}

// subscribers is how many streams or held requests of a transport the server has.
func (d *departure) subscribers(ctx context.Context, transport wire.Transport) (int64, error) {
	var stats wire.Stats
	err := d.ask(ctx, http.MethodGet, wire.RouteStats, "", func(body io.Reader) error { return json.NewDecoder(body).Decode(&stats) })
	return stats.Subscribers[transport], err
}

// publish publishes an event.
func (d *departure) publish(ctx context.Context) error {
	return d.ask(ctx, http.MethodPost, wire.RoutePublish, "{}\n", func(body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	})
}

// ask makes a request to the server itself, and has its answer read.
func (d *departure) ask(ctx context.Context, method, route, text string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+d.server+route, strings.NewReader(text))
	if err != nil {
		return err
	}
	res, err := d.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s is answered with status %d", method, route, res.StatusCode)
	}
	return read(res.Body)
}
