package target

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"pushbench/lab/process"
	"pushbench/results"
	"pushbench/servers/wire"
)

// Limits of asking a target what it can tell.
const (
	answerWithin = 5 * time.Second
	endWithin    = 5 * time.Second
)

// Ask starts t once, finds out what it can tell, and stops it. Our own servers are
// not asked: they can tell everything. The error says that it does not start, does
// not get ready or does not answer.
func (t Target) Ask(ctx context.Context) (known results.Target, err error) {
	known = results.Target{Name: t.Name}
	if t.Own() {
		return known, nil
	}
	known.Command = t.Command
	if t.Command, _, err = t.Linked(ctx, 1); err != nil {
		return known, err
	}
	server, err := process.Start(ctx, process.Options{
		Host: "127.0.0.1", Command: t.Start(Conditions{Host: "127.0.0.1", Heartbeat: 15 * time.Second, History: 1024, Topics: 1, Memory: 256}),
	})
	if err != nil {
		return known, fmt.Errorf("target %s: %w", t.Name, err)
	}
	defer func() {
		if end := server.Stop(endWithin); err == nil && end != nil {
			err = fmt.Errorf("target %s: %w", t.Name, end)
		}
	}()
	if server.TCP == "" {
		known.Absent = append(known.Absent, results.Absent{What: results.Floor, Reason: "its ready line names no tcp server"})
	}
	reason, err := noFigures(ctx, server.HTTP)
	if err != nil {
		return known, fmt.Errorf("target %s: %w", t.Name, err)
	}
	if reason != "" {
		known.Absent = append(known.Absent, results.Absent{What: results.Figures, Reason: reason})
	}
	return known, nil
}

// noFigures says why the server at address tells no figures of its own, or nothing.
func noFigures(ctx context.Context, address string) (reason string, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+wire.RouteStats, nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Sprintf("it answered GET %s with status %d", wire.RouteStats, res.StatusCode), nil
	}
	var figures wire.Stats
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&figures); err != nil || figures.Goroutines == 0 {
		return fmt.Sprintf("its answer to GET %s has no figures that can be read", wire.RouteStats), nil
	}
	return "", nil
}
