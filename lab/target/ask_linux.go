package target

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"pushbench/lab/process"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// Limits of asking a target what it can tell.
const (
	answerWithin  = 5 * time.Second
	versionWithin = 20 * time.Second
)

// Ask finds out what t can tell, of which s is a server. The error says that it does not
// answer.
func (t Target) Ask(ctx context.Context, s *Server) (results.Target, error) {
	if t.File != nil {
		return t.describe(ctx, s), ctx.Err()
	}
	known := results.Target{Name: t.Name, Command: t.Command}
	if s.TCP == "" {
		known.Absent = append(known.Absent, results.Absent{What: results.Floor, Reason: "its ready line names no tcp server"})
	}
	reason, err := noFigures(ctx, s.HTTP)
	if err != nil {
		return known, err
	}
	if reason != "" {
		known.Absent = append(known.Absent, results.Absent{What: results.Figures, Reason: reason})
	}
	return known, nil
}

// describe is what the file of t says, and the version that its server has.
func (t Target) describe(ctx context.Context, s *Server) results.Target {
	f := t.File
	known := results.Target{Name: t.Name, Command: t.Command, File: f.Path, Text: f.Text}
	if own, err := targets.Lookup(f.Name); err == nil && own.Path == f.Path {
		known.File = "targets/" + f.Name + ".yaml" // wherever the repository is
	}
	if f.Like != nil {
		known.Like = f.Like.Text
	}
	for _, l := range f.Describe() {
		known.Traits = append(known.Traits, results.Trait{Name: l.Name, Text: l.Text})
	}
	lacks := func(what, reason string) {
		known.Absent = append(known.Absent, results.Absent{What: what, Reason: reason})
	}
	lacks(results.Floor, noFloor)
	lacks(results.Figures, "only pushbench's own servers tell that")
	if s.Processes == nil {
		lacks(results.Outside, "the server runs already, and the target file does not name its processes")
	}
	if s.Dialect.Publish.By == dialect.ByServer {
		lacks(results.Due, "the server sends events of its own, and it is not known when each of them was due")
	}
	if f.Version != nil {
		ctx, cancel := context.WithTimeout(ctx, versionWithin)
		defer cancel()
		out, err := process.Output(ctx, f.Server.Directory, withOwn(f.Version))
		line, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
		known.Version = strings.TrimRight(line, " ,")
		if err != nil {
			known.Version = ""
			lacks(results.Version, err.Error())
		}
	}
	return known
}

// noFloor is why a described target has no tcp floor.
const noFloor = "only servers with pushbench's own routes have one"

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
