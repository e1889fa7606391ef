package scenarios

import (
	"fmt"
	"time"

	"pushbench/results"
	"pushbench/scenarios/path"
)

// lateShare is the share of a mean latency that an emulated path's own lateness
// may be before a trial says so. A figure is shown with three digits: of less
// than one in a hundred the last of them at most is the path's.
const lateShare = 0.01

// carried returns what a path has carried so far, in the record's units; nil
// over loopback and when the counts are not to be had, which ends the trial
// when the path is closed.
func (s *surroundings) carried() (toServer, toClient *results.Carried) {
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

// doubtPath says in t that its path did not do what it was asked to: its packets
// left late, which is latency of no transport, or were lost at its ends. The
// limit of lateness is that of the generator's own part in the mean latency,
// which a tunnel in its process is, too, and lateShare of a longer one.
func doubtPath(t *results.Trial) {
	warn := func(code, format string, args ...any) {
		t.Warnings = append(t.Warnings, results.Warning{Code: code, Text: fmt.Sprintf(format, args...)})
	}
	var worst results.Carried
	var lost int64
	for _, c := range []*results.Carried{t.Path.ToServer, t.Path.ToClient} {
		if c == nil {
			continue
		}
		if c.LateMean > worst.LateMean {
			worst = *c
		}
		lost += c.Overrun + c.Refused
	}
	if limit := max(bias, lateShare*max(t.Latency.Mean(), t.Path.Delay)); worst.LateMean > limit {
		warn("path-late", "the emulated path let packets go %s late on average, %s at most: times over it have that in them",
			micros(worst.LateMean), micros(worst.LateMax))
	}
	if lost > 0 {
		warn("path-overrun", "the kernel dropped %d packets at the ends of the path, beyond the loss that was asked for", lost)
	}
}

func micros(seconds float64) time.Duration {
	return time.Duration(seconds * 1e9).Round(time.Microsecond)
}
