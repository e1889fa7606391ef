package check

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
)

//go:embed eventsource.mjs
var sourceProgram string

// errNoSource says what it takes to run an EventSource.
var errNoSource = errors.New("this needs Node.js, and npm's package eventsource in the directory that PUSHBENCH_NPM names")

// patience is how long a check waits for what an EventSource does next. Node.js takes its time
// to start, and an EventSource to come back.
const patience = 20 * time.Second

// A source is a real EventSource, which runs in Node.js. It is for one goroutine.
type source struct {
	end     context.CancelFunc
	command *exec.Cmd
	wrong   bytes.Buffer // what Node.js says of errors
	lines   chan happening
	reader  sync.WaitGroup
	version string // of the package
}

// A happening is one line that eventsource.mjs writes.
type happening struct {
	What    string  `json:"what"` // missing, found, asks, answered, waits or stops
	At      float64 `json:"at"`   // seconds on the clock of Node.js
	Version string  `json:"version"`
	Error   string  `json:"error"`
	ID      string  `json:"id"` // Last-Event-ID of what it asks
	Status  int     `json:"status"`
}

// openSource starts an EventSource for the stream with that path. The error is errNoSource
// where there is none.
func (p *prober) openSource(ctx context.Context, path *dialect.Template) (*source, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errNoSource
	}
	directory, err := filepath.Abs(os.Getenv("PUSHBENCH_NPM")) // empty: the working directory
	if err != nil {
		return nil, err
	}
	url, headers, err := p.sourceArguments(path)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	s := &source{end: end, lines: make(chan happening)}
	s.command = exec.CommandContext(ctx, node, "--input-type=module", "--eval", sourceProgram, "--", url, headers, directory)
	if p.Dialect.TLS { // the prober has verified the certificate
		s.command.Env = append(os.Environ(), "NODE_TLS_REJECT_UNAUTHORIZED=0", "NODE_NO_WARNINGS=1")
	}
	s.command.Stderr = &s.wrong
	out, err := s.command.StdoutPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		end()
		return nil, err
	}
	s.reader.Go(func() {
		defer close(s.lines)
		for in := json.NewDecoder(out); ; {
			var h happening
			if in.Decode(&h) != nil {
				return
			}
			select {
			case s.lines <- h:
			case <-ctx.Done():
				return
			}
		}
	})
	first, err := s.next()
	switch {
	case err == nil && first.What == "found":
		s.version = first.Version
		return s, nil
	case err == nil && first.Error == "MODULE_NOT_FOUND":
		err = errNoSource
	case err == nil:
		err = fmt.Errorf("npm's package eventsource cannot be loaded: %s", cmp.Or(first.Error, "the package has no EventSource"))
	}
	s.close()
	return nil, err
}

// sourceArguments are the URL of a stream, and the headers that its request has.
func (p *prober) sourceArguments(path *dialect.Template) (url, headers string, err error) {
	v := p.values()
	scheme := "http://"
	if p.Dialect.TLS {
		scheme = "https://"
	}
	all := map[string]string{}
	for _, h := range p.Dialect.SSE.Headers {
		if value := h.Value.Append(nil, &v); len(value) > 0 {
			all[h.Name] = string(value)
		}
	}
	text, err := json.Marshal(all)
	return scheme + p.host() + string(path.Append(nil, &v)), string(text), err
}

// next waits for what the EventSource does next.
func (s *source) next() (happening, error) {
	h, err := s.until(time.Now().Add(patience))
	if err == errQuiet {
		err = fmt.Errorf("the EventSource does nothing for %s", seconds(patience))
	}
	return h, err
}

// until is next, with a limit of its own. The error is errQuiet when nothing comes until then.
func (s *source) until(limit time.Time) (happening, error) {
	wait := time.NewTimer(time.Until(limit))
	defer wait.Stop()
	select {
	case h, ok := <-s.lines:
		if !ok {
			return h, errors.New("the program of the EventSource ended early")
		}
		return h, nil
	case <-wait.C:
		return happening{}, errQuiet
	}
}

// close ends it.
func (s *source) close() {
	s.end()
	s.reader.Wait()
	_ = s.command.Wait() // it was killed
}

// A comeback is what an EventSource does when its stream has completed.
type comeback struct {
	version string
	after   time.Duration // from the end of the stream to the next request
	id      string        // Last-Event-ID of that
	status  int           // of the answer
	stopped bool          // it does not ask again
}

// watchSource has an EventSource take a stream until the server completes it, and tells
// what it does then.
func (p *prober) watchSource(ctx context.Context, path *dialect.Template) (*comeback, error) {
	s, err := p.openSource(ctx, path)
	if err != nil {
		return nil, err
	}
	c := &comeback{version: s.version}
	err = p.follow(ctx, s, c)
	s.close()
	if err != nil && ctx.Err() == nil && s.wrong.Len() > 0 {
		err = fmt.Errorf("%w: %s", err, parse.Excerpt(s.wrong.Bytes()))
	}
	return c, err
}

// follow is watchSource with a source.
func (p *prober) follow(ctx context.Context, s *source, c *comeback) error {
	ended, err := p.exhaust(ctx, s)
	if err != nil {
		return err
	}
	asks, err := s.next()
	if err != nil {
		return err
	}
	c.after, c.id = time.Duration((asks.At-ended.At)*float64(time.Second)), asks.ID
	answered, err := s.next()
	if err == nil && answered.What != "answered" {
		err = errors.New("the second request of the EventSource is not answered")
	}
	if c.status = answered.Status; err != nil || c.status == http.StatusOK {
		return err
	}
	last, err := s.next()
	c.stopped = err == nil && last.What == "stops"
	return err
}

// exhaust publishes until the stream of s has ended.
func (p *prober) exhaust(ctx context.Context, s *source) (happening, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err := p.prompt(ctx); err != nil {
			return happening{}, err
		}
		for limit := time.Now().Add(p.limits.settle); ; {
			h, err := s.until(limit)
			switch {
			case err == errQuiet:
			case err != nil:
				return h, err
			case h.What == "answered" && h.Status != http.StatusOK:
				return h, fmt.Errorf("the first request of the EventSource is answered with status %d", h.Status)
			case h.What == "stops":
				return h, errors.New("the EventSource stops when the stream ends")
			case h.What == "waits":
				return h, nil
			}
			if err == errQuiet {
				break
			}
		}
	}
	return happening{}, fmt.Errorf("the stream of the EventSource does not end within %s", seconds(patience))
}
