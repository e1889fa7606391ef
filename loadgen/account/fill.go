package account

import (
	"time"

	"pushbench/results"
)

// Fill fills the trial's latencies and deliveries. No client may be
// receiving any more.
func (r *Recorder) Fill(t *results.Trial, accounts []*Account) {
	d := &t.Deliveries
	unsent := r.unsent()
	for _, a := range accounts {
		if a.holds {
			r.addAge(&r.shards[0], a, r.To)
		}
		d.Expected += int64(r.owed(a.Topic)) - unsent[a.Topic] - a.superseded + a.unnumbered
		d.Superseded += a.superseded
		d.Delivered += a.Delivered
		d.Duplicated += a.duplicated
		d.Reordered += a.reordered
		d.Lost += a.lost
	}
	d.Missed = d.Expected - d.Delivered
	var area, seconds float64
	var impossible, early int64
	var others results.Histogram
	stamps := &t.Trust.Stamps
	for i := range r.shards {
		s := &r.shards[i]
		s.confirm(r)
		t.Latency.Merge(s.latency)
		t.Wait.Merge(s.wait)
		t.FromServer.Merge(s.fromServer)
		t.Age.Peak.Merge(s.peakAge)
		t.Uncorrected.Merge(s.uncorrected)
		d.Negative += s.negative
		impossible += s.impossible
		stamps.Missing += s.stamps.Missing
		stamps.Shared += s.stamps.Shared
		stamps.SharedMean += s.stamps.SharedMean
		stamps.SharedMax = max(stamps.SharedMax, s.stamps.SharedMax)
		area, seconds = area+s.ageArea, seconds+s.ageTime
		others.Merge(s.others)
		early += s.early
	}
	if seconds > 0 {
		t.Age.Mean = area / seconds
	}
	if stamps.Shared > 0 {
		stamps.SharedMean /= float64(stamps.Shared)
	}
	stamps.Kernel = t.Latency.Count() - stamps.Missing
	impossible += r.events(t)
	if impossible > 0 {
		t.ToServer, t.FromServer = results.Histogram{}, results.Histogram{}
	}
	t.Trust.Impossible = impossible
	if r.Part.Of > 0 {
		t.Parts = &results.Parts{Others: others, Early: early, AgeTime: seconds}
	}
}

// unsent is how many events of each topic were not sent, since the trial failed before:
// they are not missing.
func (r *Recorder) unsent() []int64 {
	n := make([]int64, r.Topics)
	for seq := range r.Sent {
		if !r.Sent[seq].Load() {
			n[seq%r.Topics]++
		}
	}
	return n
}

// events fills what has one value for each event of the window. It returns how
// many of them the server had, by its clock, before they were due or more than
// ten minutes later.
func (r *Recorder) events(t *results.Trial) (impossible int64) {
	for seq := range r.Due {
		if !r.own(seq % r.Topics) {
			continue
		}
		t.Deliveries.Offered++
		had := r.AtServer[seq].Load()
		if had != 0 {
			t.Deliveries.Published++
		}
		if seq < r.Retained || r.Due[seq] < r.From || r.Due[seq] >= r.To {
			continue
		}
		t.Deliveries.Events++
		if had != 0 && !r.NoSplit && t.ToServer.Record(time.Duration(had-r.Due[seq])) != nil {
			impossible++
		}
		var all span
		for i := range r.shards {
			sp := r.shards[i].span[seq]
			if sp.clients == 0 {
				continue
			}
			if all.clients == 0 || sp.first < all.first {
				all.first = sp.first
			}
			all.last = max(all.last, sp.last)
			all.clients += sp.clients
		}
		if all.clients > 1 && r.whole() && t.Spread.Record(time.Duration(all.last-all.first)) != nil {
			t.Deliveries.Negative++
		}
	}
	return impossible
}
