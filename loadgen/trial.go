package loadgen

import (
	"time"

	"pushbench/results"
	"pushbench/servers/wire"
)

// Trial returns the record of the trial that o asks for and that began then, in which nothing
// has been measured yet.
func (o *Options) Trial(began time.Time) *results.Trial {
	t := &results.Trial{
		Variant: o.Variant.String(), Transport: string(o.Variant.Transport), Settings: Settings(o.Variant), Began: began.UTC(),
		Load: results.Workload{
			Clients: o.Clients, Topics: o.Topics, Rate: o.Rate, Arrival: o.Arrival, Payload: o.Payload,
			Retained: o.Retained, Warmup: o.Warmup.Seconds(), Window: o.Window.Seconds(),
			Interval: o.Variant.Duration(wire.Interval).Seconds(), Opening: o.Opening,
		},
	}
	if o.Filler != wire.Pangram {
		t.Load.Filler = string(o.Filler)
	}
	t.Load.Send = o.Send
	t.Load.Slow = o.Slow.record()
	if r := o.Reconnect; r != nil {
		t.Load.Reconnect = &results.Reconnect{After: r.After.Seconds(), Jitter: r.Jitter.Seconds(), Forget: r.Forget}
	}
	t.Fault = o.Fault.record()
	if o.Together != nil {
		t.Beside, t.Slot = o.Together.n-1, o.Slot
	}
	if o.Arrival == results.Bursts {
		t.Load.Burst, t.Load.Spacing = o.Burst, o.Spacing.Seconds()
	}
	return t
}

// Settings returns the settings of v as a record has them.
func Settings(v wire.Variant) (all results.Settings) {
	for _, s := range v.Settings() {
		one := results.Setting{Name: s.Name, Value: s.Value, Default: s.Default, Implied: s.Implied}
		switch v := s.Value.(type) {
		case time.Duration:
			one.Value = v.Seconds()
		case int:
			one.Value, one.Number = float64(v), true
		}
		all = append(all, one)
	}
	return all
}
