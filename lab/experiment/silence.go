//go:build linux

package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"pushbench/lab/process"
	"pushbench/results"
	"pushbench/servers/wire"
)

// How silence is observed. The server waits ten seconds for a pong.
const (
	silences   = 3                      // servers that are observed at the same time
	heartbeats = 500 * time.Millisecond // of each of them
	watched    = 12 * time.Second       // from when clients are connected; less would end before the server's patience
)

// Silence finds out whether heartbeats tell a server of clients that are connected, whose kernels
// acknowledge what comes, and which do not answer. Server is the command that starts one. What
// could not be measured says why.
func Silence(ctx context.Context, server []string) []results.Observation {
	noticed := results.Observation{
		Name: string(wire.WebSocket) + "-silent-noticed", Kind: "sec",
		About: fmt.Sprintf("From when %d clients of WebSocket were connected, which answer no ping, until a server had none of them any more that pings every %s, to %s.",
			leavers, wire.Duration(heartbeats), wire.Duration(looking)),
	}
	held := results.Observation{
		Name: string(wire.SSE) + "-silent-held", Kind: "count",
		About: fmt.Sprintf("Streams that the same server has for %d clients of SSE %s after they were connected, to which it sends comments as often.",
			leavers, wire.Duration(watched)),
	}
	var seen [silences]silence
	var all sync.WaitGroup
	for i := range seen {
		all.Go(func() { seen[i] = watch(ctx, server) })
	}
	all.Wait()
	for _, s := range seen {
		if s.err != nil {
			noticed.Reason, held.Reason = s.err.Error(), s.err.Error()
			continue
		}
		noticed.Values = append(noticed.Values, s.noticed.Seconds())
		held.Values = append(held.Values, float64(s.held))
	}
	return []results.Observation{noticed, held}
}

// A silence is what became of clients that did not answer.
type silence struct {
	noticed time.Duration // until the last WebSocket was gone
	held    int64         // streams of SSE that were left
	err     error
}

// watch has clients of both transports come to a server of their own, and say nothing.
func watch(ctx context.Context, server []string) (s silence) {
	running, err := process.Start(ctx, process.Options{
		Command: append(slices.Clone(server), "--addr", "127.0.0.1:0", "--tcp", "off", "--heartbeat", heartbeats.String()),
	})
	if err != nil {
		return silence{err: err}
	}
	defer func() { s.err = errors.Join(s.err, running.Stop(5*time.Second)) }()
	d := &departure{server: running.HTTP, via: running.HTTP}
	defer d.client.CloseIdleConnections()
	for _, t := range []wire.Transport{wire.SSE, wire.WebSocket} {
		leave, err := d.come(ctx, t)
		defer leave()
		if err == nil {
			_, err = d.await(ctx, t, leavers, nil)
		}
		if err != nil {
			return silence{err: err}
		}
	}
	began := time.Now()
	end := time.NewTimer(watched)
	defer end.Stop()
	ctx, cancel := context.WithTimeout(ctx, watched+patience)
	defer cancel()
	gone, err := d.await(ctx, wire.WebSocket, 0, nil)
	if err != nil {
		return silence{err: err}
	}
	select {
	case <-end.C:
	case <-ctx.Done():
		return silence{err: ctx.Err()}
	}
	left, err := d.subscribers(ctx, wire.SSE)
	return silence{noticed: gone.Sub(began), held: left, err: err}
}
