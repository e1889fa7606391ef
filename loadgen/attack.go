package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
)

// An attack makes the clients of polling and long-polling ask. Package vegeta
// decides when: at a fixed rate, so that each client polls every interval and
// the clients' phases are spread evenly over it, or in a closed loop, where a
// client's next request follows its last answer, after a delay or at once.
//
// vegeta's own latencies and byte counts are not used: the first start at the
// send, the second are bodies only. It sees one http.Client whose RoundTripper
// keeps one connection for each simulated client.
type attack struct {
	clients []*client
	rec     *account.Recorder
	locks   []sync.Mutex // by client: a poll that is due while the last one is under way waits for it
	part    account.Part // which clients of the trial these are
	all     int          // how many the trial has

	overlapped atomic.Int64 // polls that had to wait for the client's last one
	before     atomic.Int64 // polls that were due before the end of the window and have been begun

	due    func(hit uint64) int64 // when a poll is due, by its number; nil: closed loop
	paced  bool                   // closed loop: the clients wait between their requests, at rest
	delay  time.Duration          // closed loop: from an answer to the next request
	idle   chan int               // closed loop: clients that may ask
	timers []*time.Timer
	urls   []string        // closed loop: of the clients
	ctx    context.Context // of run; a RoundTripper has no other way to it
}

func newAttack(clients []*client, rec *account.Recorder) *attack {
	return &attack{clients: clients, rec: rec, locks: make([]sync.Mutex, len(clients)), all: len(clients)}
}

// rate asks at a fixed rate, each client every interval, until ctx is done,
// and returns when every answer is there. The interval is cut into as many
// slots as the trial has clients, from the instant base on; each client asks in
// the middle of its slot, so that no poll is due at an edge of a window that
// begins with a slot.
func (a *attack) rate(ctx context.Context, base int64, interval time.Duration) error {
	n := len(a.clients)
	a.due = func(hit uint64) int64 {
		round, slot := hit/uint64(n), hit%uint64(n)
		number := float64(a.part.Number(int(slot)))
		return base + int64(round)*int64(interval) + int64((number+0.5)*float64(interval)/float64(a.all))
	}
	next := atomic.Uint64{}
	targeter := func(t *vegeta.Target) error {
		a.target(t, next.Add(1)-1)
		return nil
	}
	return a.run(ctx, targeter, waitingPacer{ctx, a.due}, vegeta.Workers(uint64(min(n, 16))))
}

// loop asks in a closed loop until ctx is done. The first requests of the
// clients are spread over delay.
func (a *attack) loop(ctx context.Context, delay time.Duration) error {
	n := len(a.clients)
	a.paced, a.delay = delay > 0, delay
	a.idle = make(chan int, n)
	a.timers = make([]*time.Timer, n)
	a.urls = make([]string, n)
	for i := range a.urls {
		a.urls[i] = urlOf(uint64(i))
	}
	for i := range n {
		if delay > 0 { // all before the first can fire: who asks next reads its own
			a.timers[i] = time.AfterFunc(math.MaxInt64, func() { a.idle <- i })
		}
		a.askAfter(i, delay*time.Duration(a.part.Number(i))/time.Duration(a.all))
	}
	defer func() {
		for _, t := range a.timers {
			if t != nil {
				t.Stop()
			}
		}
	}()
	targeter := func(t *vegeta.Target) error {
		select {
		case i := <-a.idle:
			a.target(t, uint64(i))
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	all := uint64(n)
	return a.run(ctx, targeter, waitingPacer{ctx, nil}, vegeta.Workers(all), vegeta.MaxWorkers(all))
}

// askAfter lets client i ask after d.
func (a *attack) askAfter(i int, d time.Duration) {
	if d == 0 {
		a.idle <- i
		return
	}
	a.timers[i].Reset(d)
}

// target names the poll or, in a closed loop, the client in the URL's fragment,
// which never reaches the wire.
func (a *attack) target(t *vegeta.Target, number uint64) {
	t.Method = http.MethodGet
	if a.due == nil {
		t.URL = a.urls[number]
	} else {
		t.URL = urlOf(number)
	}
}

func urlOf(number uint64) string { return "http://clients/#" + strconv.FormatUint(number, 10) }

func (a *attack) run(ctx context.Context, targeter vegeta.Targeter, pace vegeta.Pacer, options ...func(*vegeta.Attacker)) error {
	a.ctx = ctx
	options = append(options, vegeta.Client(&http.Client{Transport: a}))
	attacker := vegeta.NewAttacker(options...)
	var first error
	for hit := range attacker.Attack(targeter, pace, 0, "") {
		if hit.Error != "" && first == nil && ctx.Err() == nil {
			first = errors.New(hit.Error)
			a.rec.Fail(first)
		}
	}
	return first
}

// RoundTrip lets the client that the request names ask once. What is read is
// booked and recorded there, at the moment of its arrival; the response that
// vegeta gets has its status and no body.
func (a *attack) RoundTrip(req *http.Request) (*http.Response, error) {
	number, err := strconv.ParseUint(req.URL.Fragment, 10, 64)
	if err != nil || a.due == nil && number >= uint64(len(a.clients)) {
		return nil, fmt.Errorf("request for no client: %q", req.URL.Fragment)
	}
	i := int(number % uint64(len(a.clients)))
	got, err := a.ask(i, number)
	if err != nil {
		err = fmt.Errorf("client %d: %w", i, err)
		if a.ctx.Err() == nil {
			a.rec.Fail(err) // here, for http.Client wraps it in words of its own
		}
		return nil, err
	}
	if a.due == nil {
		a.askAfter(i, a.delay)
	}
	res := &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Header: noHeader, Request: req}
	if got.empty {
		res.StatusCode = http.StatusNoContent
	}
	return res, nil
}

// noHeader is of every response that vegeta gets. Nobody writes to it.
var noHeader = http.Header{}

// ask makes the poll with the given number, which is client i's.
func (a *attack) ask(i int, number uint64) (answer, error) {
	if !a.locks[i].TryLock() {
		a.overlapped.Add(1)
		a.locks[i].Lock()
	}
	defer a.locks[i].Unlock()
	if a.ctx.Err() != nil {
		return answer{}, a.ctx.Err()
	}
	c := a.clients[i]
	switch {
	case a.due != nil:
		due := a.due(number)
		if due < c.cuts.edge[1].at {
			a.before.Add(1)
		}
		c.takeDue(due)
	case a.paced:
		c.takeDue(clock.Now())
	}
	return c.request.ask(a.ctx)
}

// A waitingPacer says when vegeta makes its hits, by waiting itself where
// vegeta would sleep, so that an attack with long gaps can be stopped at once.
type waitingPacer struct {
	ctx context.Context
	due func(hit uint64) int64 // nil: as soon as a worker is free
}

// Pace waits until the hit is due and asks for it at once.
func (p waitingPacer) Pace(_ time.Duration, hits uint64) (time.Duration, bool) {
	if p.due == nil {
		return 0, p.ctx.Err() != nil
	}
	return 0, clock.WaitUntil(p.ctx, p.due(hits)) != nil
}

// Rate is how many hits a second there are, which vegeta asks for its own
// figures; they are not used.
func (waitingPacer) Rate(time.Duration) float64 { return 0 }
