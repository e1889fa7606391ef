package loadgen

import (
	"time"

	"pushbench/results"
)

// report fills the trial's latencies and deliveries. No client may be
// receiving any more.
func (r *recorder) report(t *results.Trial, accounts []*account) {
	d := &t.Deliveries
	for _, a := range accounts {
		if a.next > 0 {
			r.addAge(&r.shards[a.client%shardCount], a, r.to)
		}
		d.Expected += int64(r.owed(a.topic))
		d.Delivered += a.delivered
		d.Duplicated += a.duplicated
		d.Reordered += a.reordered
	}
	d.Missed = d.Expected - d.Delivered
	var area, seconds float64
	var impossible int64
	stamps := &t.Trust.Stamps
	for i := range r.shards {
		s := &r.shards[i]
		s.settle(r)
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
}

// events fills what has one value for each event of the window. It returns how
// many of them the server had, by its clock, before they were due or more than
// ten minutes later.
func (r *recorder) events(t *results.Trial) (impossible int64) {
	for seq := range r.due {
		held := r.held[seq].Load()
		if held != 0 {
			t.Deliveries.Published++
		}
		if seq < r.retained || r.due[seq] < r.from || r.due[seq] >= r.to {
			continue
		}
		t.Deliveries.Events++
		if held != 0 && t.ToServer.Record(time.Duration(held-r.due[seq])) != nil {
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
		if all.clients > 1 && t.Spread.Record(time.Duration(all.last-all.first)) != nil {
			t.Deliveries.Negative++
		}
	}
	t.Deliveries.Offered = int64(len(r.due))
	return impossible
}
