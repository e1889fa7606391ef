//go:build linux

package process

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Probe asks a program by HTTP whether it is ready.
type Probe struct {
	Client   *http.Client
	URL      string
	Statuses []int         // of the answer of one that is; nil: any
	Within   time.Duration // it has to be ready
	Port     int           // at which it listens
}

// answerWithin is how long an answer to one probe may take.
const answerWithin = 5 * time.Second

var (
	errNoAnswer = errors.New("was not answered")
	errStatus   = errors.New("was answered with status")
)

// Ask asks once. The error says what is wrong with the answer.
func (p Probe) Ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return err
	}
	res, err := p.Client.Do(req)
	var at *url.Error
	switch {
	case errors.As(err, &at) && at.Timeout():
		return fmt.Errorf("GET %s %w", p.URL, errNoAnswer)
	case errors.As(err, &at):
		return fmt.Errorf("GET %s: %w", p.URL, at.Err)
	case err != nil:
		return err
	}
	defer res.Body.Close()
	if p.Statuses == nil || slices.Contains(p.Statuses, res.StatusCode) {
		return nil
	}
	var want []string
	for _, s := range p.Statuses {
		want = append(want, strconv.Itoa(s))
	}
	return fmt.Errorf("GET %s %w %d, not %s", p.URL, errStatus, res.StatusCode, strings.Join(want, " or "))
}

// Times between two probes: at first short, so that a fast server is not waited for.
const (
	firstPause = 2 * time.Millisecond
	longPause  = 100 * time.Millisecond
)

// doubt is how long the answer is not believed when no process of the program is seen to
// listen at the port: another one may have taken it, and this one is about to notice.
const doubt = time.Second

// Await asks until the program is ready, has ended or its time is over. The error is that
// of the last probe.
func (t *Tree) Await(ctx context.Context, p Probe) error {
	var watching sync.WaitGroup
	defer watching.Wait()
	ctx, cancel := context.WithTimeout(ctx, p.Within)
	defer cancel()
	watching.Go(func() {
		select {
		case <-t.Exited():
			cancel()
		case <-ctx.Done():
		}
	})
	last := fmt.Errorf("GET %s %w", p.URL, errNoAnswer)
	var answered time.Time // when it was for the first time
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		err := p.Ask(ctx)
		switch {
		case err == nil && t.Gone():
			return fmt.Errorf("GET %s was answered by another program", p.URL)
		case err == nil && (t.ListensAt(p.Port) || !answered.IsZero() && time.Since(answered) > doubt):
			return nil
		case err == nil && answered.IsZero():
			answered = time.Now()
		case err == nil:
		case ctx.Err() == nil, errors.Is(err, errNoAnswer) && !errors.Is(last, errStatus): // else it was late itself
			last = err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if !answered.IsZero() && errors.Is(ctx.Err(), context.DeadlineExceeded) { // there was no time for doubt
				return nil
			}
			return last
		}
	}
}

// FreePort returns a TCP port of 127.0.0.1 that nobody has. It is not one of those that the
// kernel gives to clients: one of these could take it before a program does.
func FreePort() (int, error) {
	const least, most = 10_000, 32_000
	for range 100 {
		l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(least+rand.IntN(most-least))))
		if err == nil {
			return l.Addr().(*net.TCPAddr).Port, l.Close()
		}
	}
	return 0, errors.New("no free port was found")
}

// Taken reports whether a program says that somebody else has its port.
func Taken(said string) bool {
	return strings.Contains(strings.ToLower(said), "address already in use")
}
