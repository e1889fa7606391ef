//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const ms = int64(time.Millisecond)

func TestFates(t *testing.T) {
	type came struct {
		size int
		at   int64 // ns
	}
	type went struct {
		Due  int64
		Fate fate
	}
	for _, tt := range []struct {
		name string
		link link.Link
		in   []came
		want []went
	}{
		{"without a condition a packet departs when it arrives", link.Link{},
			[]came{{1500, 5}}, []went{{5, delivered}}},
		{"the delay is added to each packet's arrival", link.Link{Delay: 10 * time.Millisecond},
			[]came{{40, 0}, {40, 3 * ms}}, []went{{10 * ms, delivered}, {13 * ms, delivered}}},
		{"a packet takes its size divided by the rate", link.Link{Rate: 1000},
			[]came{{10, 0}}, []went{{10 * ms, delivered}}},
		{"a packet waits until the one before it is transmitted", link.Link{Rate: 1000},
			[]came{{10, 0}, {5, 1}}, []went{{10 * ms, delivered}, {15 * ms, delivered}}},
		{"an idle line saves nothing up for a burst", link.Link{Rate: 1000},
			[]came{{10, 0}, {10, 1000 * ms}, {10, 1000 * ms}},
			[]went{{10 * ms, delivered}, {1010 * ms, delivered}, {1020 * ms, delivered}}},
		{"part of a nanosecond counts as a whole one", link.Link{Rate: 3e9},
			[]came{{1, 0}, {1, 0}}, []went{{1, delivered}, {2, delivered}}},
		{"the delay begins when the transmission ends", link.Link{Rate: 1000, Delay: 7 * time.Millisecond},
			[]came{{10, 0}, {10, 0}}, []went{{17 * ms, delivered}, {27 * ms, delivered}}},
		{"one is transmitted and as many as the queue holds wait; the next is dropped", link.Link{Rate: 1000, Queue: 2},
			[]came{{10, 0}, {10, 0}, {10, 0}, {10, 0}},
			[]went{{10 * ms, delivered}, {20 * ms, delivered}, {30 * ms, delivered}, {0, dropped}}},
		{"a place in the queue is free when a transmission begins", link.Link{Rate: 1000, Queue: 1},
			[]came{{10, 0}, {10, 0}, {10, 10*ms - 1}, {10, 10 * ms}},
			[]went{{10 * ms, delivered}, {20 * ms, delivered}, {0, dropped}, {30 * ms, delivered}}},
		{"what is on the delay line does not fill the queue", link.Link{Rate: 1e6, Queue: 1, Delay: time.Hour},
			[]came{{1, 0}, {1, 1000}, {1, 2000}, {1, 3000}},
			[]went{{1000 + 3600e9, delivered}, {2000 + 3600e9, delivered}, {3000 + 3600e9, delivered}, {4000 + 3600e9, delivered}}},
		{"a packet of 64 kB at one byte a second does not overflow", link.Link{Rate: 1},
			[]came{{65535, 0}}, []went{{65535e9, delivered}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newShaper(tt.link, 0)
			var got []went
			for _, p := range tt.in {
				due, f := o.next(p.size, p.at)
				got = append(got, went{due, f})
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestQueueHoldsAThousandByDefault(t *testing.T) {
	o := newShaper(link.Link{Rate: 1}, 0)
	for i := range 1002 {
		if _, f := o.next(1, 0); (f == dropped) != (i == 1001) {
			t.Fatalf("packet %d: fate %d", i, f)
		}
	}
}

func TestJitterIsUniform(t *testing.T) {
	const n = 100_000
	o := newShaper(link.Link{Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond, Seed: 1}, 0)
	sum, least, greatest := 0.0, int64(math.MaxInt64), int64(0)
	for i := range int64(n) {
		arrival := i * 100 * ms // so far apart that order asks for nothing
		due, _ := o.next(40, arrival)
		d := due - arrival
		sum += float64(d)
		least, greatest = min(least, d), max(greatest, d)
	}
	if least < 15*ms || least > 15*ms+ms/10 || greatest > 25*ms || greatest < 25*ms-ms/10 {
		t.Errorf("delays from %d to %d ns, want 15 to 25 ms, nearly all of it", least, greatest)
	}
	if mean := sum / n; math.Abs(mean-20e6) > 5*5e6/math.Sqrt(3*n) {
		t.Errorf("mean delay %.0f ns, want 20 ms to five standard errors", mean)
	}
}

func TestLossIsItsShare(t *testing.T) {
	for _, share := range []float64{0, 0.001, 0.2, 0.9} {
		const n = 100_000
		o := newShaper(link.Link{Loss: share, Seed: 7}, 0)
		missing := 0
		for i := range int64(n) {
			if _, f := o.next(40, i); f == lost {
				missing++
			}
		}
		if math.Abs(float64(missing)-share*n) > 5*math.Sqrt(share*(1-share)*n) {
			t.Errorf("%d of %d lost, want a share of %v to five standard errors", missing, n, share)
		}
	}
}

func TestALostPacketWasTransmitted(t *testing.T) {
	o := newShaper(link.Link{Rate: 1000, Loss: 0.5}, 0)
	for i := range int64(100) {
		if due, f := o.next(10, 0); f == delivered && due != (i+1)*10*ms {
			t.Fatalf("packet %d departs at %d ns, as if a lost one had taken no time", i, due)
		}
	}
}

func TestFatesAreOfTheSeed(t *testing.T) {
	random := link.Link{Delay: 10 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: 0.3, Seed: 42}
	fates := func(l link.Link, direction uint64) (all []int64) {
		o := newShaper(l, direction)
		for i := range int64(1000) {
			due, f := o.next(40, i*100*ms)
			all = append(all, due, int64(f))
		}
		return all
	}
	want := fates(random, 0)
	if !slices.Equal(want, fates(random, 0)) {
		t.Error("the same link has other fates the second time")
	}
	if slices.Equal(want, fates(random, 1)) {
		t.Error("both directions have the same fates")
	}
	random.Seed++
	if slices.Equal(want, fates(random, 0)) {
		t.Error("two seeds have the same fates")
	}
}

func TestLossDoesNotDependOnTiming(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slow := newShaper(link.Link{Loss: 0.5, Seed: 3}, 0)
		fast := newShaper(link.Link{Loss: 0.5, Seed: 3, Delay: 9, Jitter: 9, Rate: 1e9}, 0)
		at := int64(0)
		for i := range rapid.IntRange(0, 200).Draw(t, "packets") {
			at += rapid.Int64Range(0, 1e9).Draw(t, "gap")
			_, f := slow.next(40, int64(i))
			if _, g := fast.next(rapid.IntRange(1, 1500).Draw(t, "size"), at); f != g {
				t.Fatalf("packet %d: fates %d and %d", i, f, g)
			}
		}
	})
}

func TestFateKeepsTheLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delay := rapid.Int64Range(0, 1e9).Draw(t, "delay")
		l := link.Link{
			Delay:  time.Duration(delay),
			Jitter: time.Duration(rapid.Int64Range(0, delay).Draw(t, "jitter")),
			Rate:   rapid.Int64Range(1, 1e9).Draw(t, "rate"),
			Queue:  rapid.IntRange(1, 20).Draw(t, "queue"),
			Loss:   rapid.Float64Range(0, 0.99).Draw(t, "loss"),
			Seed:   rapid.Uint64().Draw(t, "seed"),
		}
		if err := l.Validate(); err != nil {
			t.Fatal(err)
		}
		o := newShaper(l, 1)
		at, last := int64(0), int64(0)
		for range rapid.IntRange(1, 100).Draw(t, "packets") {
			at += rapid.Int64Range(0, 1e8).Draw(t, "gap")
			size := rapid.IntRange(1, 65535).Draw(t, "size")
			due, f := o.next(size, at)
			if f != delivered {
				continue
			}
			soonest := at + int64(float64(size)/float64(l.Rate)*1e9) + delay - int64(l.Jitter)
			if due < last || due < soonest-1 {
				t.Fatalf("due at %d, after one at %d, and not before %d", due, last, soonest)
			}
			last = due
		}
	})
}

func TestFifo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f fifo[int]
		var model []int
		for i := range rapid.IntRange(0, 500).Draw(t, "steps") {
			if len(model) > 0 && rapid.Bool().Draw(t, "pop") {
				if p, q := f.peek(), f.pop(); p != model[0] || q != model[0] {
					t.Fatalf("peek %d, pop %d, want %d", p, q, model[0])
				}
				model = model[1:]
			} else {
				f.push(i)
				model = append(model, i)
			}
			if f.len() != len(model) {
				t.Fatalf("len %d, want %d", f.len(), len(model))
			}
		}
	})
}
