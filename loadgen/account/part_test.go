package account

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/loadgen/clock"
	"pushbench/results"
)

// received is what a recorder of a part says when each client gets its events, each so long
// after it was due as client and event decide.
func received(p Part, clients, topics int) *results.Trial {
	const retained, events = 6, 30 // a window of 24
	r := New(clock.NewWall(), clients, topics, retained, events)
	if p.Of > 0 {
		r.Take(p, clients)
	}
	due := make([]time.Duration, events)
	for i := range due {
		due[i] = time.Duration(i) * 10 * time.Millisecond
	}
	r.Begin(sec, due, 60*time.Millisecond, 240*time.Millisecond)
	for seq := range r.Due {
		if p.Has(seq % topics) {
			r.AtServer[seq].Store(r.Due[seq] + int64(time.Millisecond))
		}
	}
	var accounts []*Account
	for i := range clients {
		if !p.Has(i) {
			continue
		}
		a := &Account{Client: i, Topic: i % topics}
		accounts = append(accounts, a)
		for seq := a.Topic; seq < len(r.Due); seq += topics {
			at := stamped(r.Due[seq] + int64(time.Millisecond)*int64(2+(7*i+3*seq)%5))
			at.Returned += int64(i) * 1000
			r.Receive(a, event(uint64(seq)), at, false)
		}
	}
	<-r.Done
	return r.reported(accounts)
}

// Several recorders with a part of the clients each record together exactly what one records
// with all clients, where each has the clients of its own topics.
func TestPartsAreTheWhole(t *testing.T) {
	for _, row := range []struct{ clients, topics, parts int }{{6, 2, 2}, {6, 6, 3}, {7, 4, 2}, {5, 1, 1}} {
		whole, together := received(Part{}, row.clients, row.topics), &results.Trial{}
		var parts []results.Part
		for i := range row.parts {
			p := Part{i, row.parts}
			one := results.Part{Report: received(p, row.clients, row.topics)}
			for topic := range row.topics {
				if p.Has(topic) {
					one.Events += int64((36 - topic + row.topics - 1) / row.topics)
				}
			}
			for client := range row.clients {
				if p.Has(client) {
					one.Expected += int64((36 - client%row.topics + row.topics - 1) / row.topics)
					one.Measured += int64(24 / row.topics)
				}
			}
			parts = append(parts, one)
		}
		together.Merge(parts)
		if together.Failed != "" {
			t.Errorf("%+v: %s", row, together.Failed)
		}
		if d := together.Age.Mean - whole.Age.Mean; d > 1e-12 || d < -1e-12 {
			t.Errorf("%+v: mean age of %v and %v", row, whole.Age.Mean, together.Age.Mean)
		}
		whole.Age.Mean, together.Age.Mean, together.Parts, together.Warnings = 0, 0, nil, nil
		if d := cmp.Diff(written(t, whole), written(t, together)); d != "" {
			t.Errorf("%+v (-whole +parts):\n%s", row, d)
		}
	}
}

// written is the trial as a record has it, histograms and all.
func written(t *testing.T, trial *results.Trial) string {
	t.Helper()
	text, err := json.MarshalIndent(trial, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Events of another part's topics are accounted for and measured apart.
func TestOthers(t *testing.T) {
	got := received(Part{Index: 1, Of: 2}, 4, 1)
	d, p := got.Deliveries, got.Parts
	if d.Expected != 72 || d.Delivered != 72 || d.Offered != 0 || d.Events != 0 {
		t.Errorf("%+v", d)
	}
	if got.Latency.Count()+got.FromServer.Count()+got.Spread.Count()+got.Wait.Count()+got.Age.Peak.Count() != 0 || got.Age.Mean != 0 {
		t.Errorf("by another clock: %+v", got)
	}
	if p.Others.Count() != 48 || p.Early != 0 || p.AgeTime != 0 {
		t.Errorf("%d latencies of others' events, %d before they were due, ages over %v s", p.Others.Count(), p.Early, p.AgeTime)
	}
}

// One that seems to come before it was due is no error of the wall clock, and in no histogram.
func TestEarly(t *testing.T) {
	r, accounts := fiveEvents(1)
	r.Take(Part{Index: 0, Of: 2}, 1)
	r.Part.Index = 1 // the topic is another's
	for seq := range uint64(5) {
		r.Receive(accounts[0], event(seq), stamped(r.Due[seq]-1000), false)
	}
	got := r.reported(accounts)
	if got.Parts.Early != 4 || got.Parts.Others.Count() != 0 || got.Deliveries.Negative != 0 || got.Deliveries.Delivered != 5 {
		t.Errorf("%+v, %+v", got.Parts, got.Deliveries)
	}
}

func TestPart(t *testing.T) {
	for of := 1; of <= 4; of++ {
		seen := map[int]bool{}
		for i := range of {
			p := Part{i, of}
			for k := range p.Count(10) {
				n := p.Number(k)
				if !p.Has(n) || p.Place(n) != k || seen[n] || n >= 10 {
					t.Errorf("%+v: client %d of it is %d", p, k, n)
				}
				seen[n] = true
			}
		}
		if len(seen) != 10 {
			t.Errorf("%d parts have %d of 10", of, len(seen))
		}
	}
	if Nothing.Has(0) || Nothing.Has(1) || !(Part{}).Has(1) || (Part{}).Number(3) != 3 {
		t.Error("the whole and nothing")
	}
}
