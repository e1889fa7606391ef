//go:build linux

package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pushbench/servers/wire"
)

// A Load has events published. It returns when each of them was due, by its number from 0 on. One
// with a zero time is not counted.
type Load func(ctx context.Context) (due []time.Time, err error)

// An Audience is the clients that a page has.
type Audience struct {
	Address   string // of a server of this module, without TLS
	Topic     string // that they subscribe to
	Transport wire.Transport
	Clients   int // a browser has six connections of HTTP/1.1 to a server at most: five leave one to the page
}

// attendWithin is how long after the last event was published the page has it at the latest.
const attendWithin = 10 * time.Second

// Attend opens a page that subscribes as a says, calls load, which has events published to the
// topic, and waits until every client of the page has them all. Late is how late those that are
// counted were for each client of the page, in ascending order: from when an event was due until
// the script had it. Both clocks are compared before and after. Wrong is what late can be wrong by.
// All are seconds.
func (b *Browser) Attend(ctx context.Context, a Audience, load Load) (late []float64, wrong float64, err error) {
	page, err := b.latencyPage(ctx, a.Address)
	if err != nil {
		return nil, 0, err
	}
	return page.attend(ctx, a, load)
}

// latencyPage opens a page that can subscribe. The 404 is a page of the server's origin that
// does nothing.
func (b *Browser) latencyPage(ctx context.Context, address string) (*Page, error) {
	page, err := b.Open(ctx, "http://"+address+"/none")
	if err != nil {
		return nil, err
	}
	return page, page.Eval(ctx, latencyScript, nil)
}

func (p *Page) attend(ctx context.Context, a Audience, load Load) (late []float64, wrong float64, err error) {
	if err := p.Eval(ctx, fmt.Sprintf("subscribe(%q, %q, %d)", a.Transport, a.Topic, a.Clients), nil); err != nil {
		return nil, 0, err
	}
	clock, err := p.align(ctx)
	if err != nil {
		return nil, 0, err
	}
	due, err := load(ctx)
	if err != nil {
		return nil, 0, err
	}
	wait := fmt.Sprintf("arrivals(%d, %d)", len(due), attendWithin.Milliseconds())
	var arrived [][]float64 // by client and event, in milliseconds of the page's clock
	if err := p.Eval(ctx, wait, &arrived); err != nil {
		return nil, 0, err
	}
	after, err := p.align(ctx)
	if err != nil {
		return nil, 0, err
	}
	if after.wrong < clock.wrong {
		clock = after
	}
	late, err = lateness(arrived, due, clock)
	return late, clock.wrong.Seconds(), err
}

// lateness is how late events were that arrived by the page's clock. One that has not come is
// below zero.
func lateness(arrived [][]float64, due []time.Time, clock pageClock) (late []float64, err error) {
	missing, all := 0, len(arrived)*len(due)
	for _, own := range arrived {
		for number, at := range own {
			switch {
			case at < 0:
				missing++
			case !due[number].IsZero():
				late = append(late, clock.zero.Add(time.Duration(at*1e6)).Sub(due[number]).Seconds())
			}
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("%d of %d events have come within %s of the last one", all-missing, all, attendWithin)
	}
	if len(late) == 0 {
		return nil, errors.New("no event is counted")
	}
	slices.Sort(late)
	return late, nil
}
