package lab

import (
	"fmt"

	"pushbench/lab/path"
	"pushbench/results"
)

// lateShare is the share of a mean latency that an emulated path's own lateness
// may be before a trial says so. A figure is shown with three digits: of less
// than one in a hundred the last of them at most is the path's.
const lateShare = 0.01

// carried returns what a path has carried so far, in the record's units; nil
// over loopback and when the counts cannot be read, which ends the trial
// when the path is closed.
func (s *testbed) carried() (toServer, toClient *results.Carried) {
	if s.path == nil {
		return nil, nil
	}
	stats, err := s.path.Stats()
	if err != nil {
		return nil, nil
	}
	return direction(stats.ToServer), direction(stats.ToClient)
}

func direction(d path.Direction) *results.Carried {
	return &results.Carried{
		Packets: d.Packets, Bytes: d.Bytes, Delivered: d.Delivered, Lost: d.Lost, Dropped: d.Dropped,
		Overrun: d.Overrun, Refused: d.Refused, LateMean: d.LateMean.Seconds(), LateMax: d.LateMax.Seconds(),
	}
}

// warnOfPath warns in t that its path did not do what it was asked to: its packets
// left late, which is latency of no transport, or were lost at its ends. The
// limit of lateness is that of the generator's own part in the mean latency,
// which a tunnel in its process is, too, and lateShare of a longer one. The texts
// carry no figures of the trial, which are beside its path.
func warnOfPath(t *results.Trial) {
	warn := func(code, text string) { t.Warnings = append(t.Warnings, results.Warning{Code: code, Text: text}) }
	var late float64
	var lost int64
	for _, c := range []*results.Carried{t.Path.ToServer, t.Path.ToClient} {
		if c == nil {
			continue
		}
		late = max(late, c.LateMean)
		lost += c.Overrun + c.Refused
	}
	if limit := max(bias, lateShare*max(t.Latency.Mean(), t.Path.Delay)); late > limit {
		warn("path-late", fmt.Sprintf("the emulated path delayed packets too long, on average by more than %d µs and %.0f %% of the latency: times over it include that",
			int(bias*1e6), 100*lateShare))
	}
	if lost > 0 {
		warn("path-overrun", "the kernel dropped packets at the ends of the path, in addition to the loss that was asked for")
	}
}
