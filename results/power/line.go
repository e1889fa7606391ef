package power

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"pushbench/results/gate"
)

// A line is one of the file: a session, or a block of the session before it.
type line struct {
	Session *Session `json:"session,omitempty"`
	Block   *kept    `json:"block,omitempty"`
}

// A kept block has numbers only: what they are stands once in the session. Its
// scenario is the session's.
type kept struct {
	Point   string `json:"point,omitempty"` // of the sweep
	Variant string `json:"variant"`
	Number  int    `json:"number"`
	Arms    []*arm `json:"arms"` // in the order of Session.Arms; null where there is no trial
}

// An arm is its sample. A number that it does not have is null.
type arm struct {
	Failed string     `json:"failed,omitempty"`
	Noise  string     `json:"noise,omitempty"`
	Values []*float64 `json:"v,omitempty"` // by column of Session.Values, six significant digits
	Counts [][]int64  `json:"n,omitempty"` // by column of Session.Counts: how many, of how many
	Whole  [][]int64  `json:"w,omitempty"` // the same of the whole trial after opening; empty: no count has it
}

// keep is the block as it is kept in the session.
func (s *Session) keep(b gate.Block) (*kept, error) {
	if b.Scenario != s.Scenario.Name {
		return nil, fmt.Errorf("block %d is of scenario %s, and the session of %s", b.Number, b.Scenario, s.Scenario.Name)
	}
	k := &kept{Point: b.Point, Variant: b.Variant, Number: b.Number, Arms: make([]*arm, len(s.Arms))}
	for name, sample := range b.Arms {
		i := slices.IndexFunc(s.Arms, func(a Arm) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("block %d has a trial of %s, which is no arm of the session", b.Number, name)
		}
		a := &arm{Failed: sample.Failed, Noise: sample.Noise}
		if a.Failed == "" {
			for _, unit := range s.Values {
				a.Values = append(a.Values, rounded(sample.Values, unit))
			}
			a.Counts = s.counts(sample.Counts)
			if len(sample.Whole) > 0 {
				a.Whole = s.counts(sample.Whole)
			}
		}
		k.Arms[i] = a
	}
	return k, nil
}

// counts is the column of each.
func (s *Session) counts(of map[string]gate.Count) (all [][]int64) {
	for _, key := range s.Counts {
		if c, ok := of[key]; ok {
			all = append(all, []int64{c.N, c.Of})
		} else {
			all = append(all, nil)
		}
	}
	return all
}

// rounded keeps six significant digits, which is more than any measured number has.
func rounded(values map[string]float64, unit string) *float64 {
	v, ok := values[unit]
	if !ok {
		return nil
	}
	if r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 5, 64), 64); err == nil {
		v = r
	}
	return &v
}

// block is the kept block as the gate takes it.
func (s *Session) block(k *kept) gate.Block {
	b := gate.Block{Scenario: s.Scenario.Name, Point: k.Point, Variant: k.Variant, Number: k.Number, Arms: map[string]gate.Sample{}}
	for i, a := range k.Arms {
		if a == nil {
			continue
		}
		sample := gate.Sample{Failed: a.Failed, Noise: a.Noise}
		if a.Failed == "" {
			sample.Values = map[string]float64{}
			for i, v := range a.Values {
				if v != nil {
					sample.Values[s.Values[i]] = *v
				}
			}
			sample.Counts, sample.Whole = s.countsOf(a.Counts), s.countsOf(a.Whole)
		}
		b.Arms[s.Arms[i].Name] = sample
	}
	return b
}

func (s *Session) countsOf(columns [][]int64) map[string]gate.Count {
	all := map[string]gate.Count{}
	for i, c := range columns {
		if c != nil {
			all[s.Counts[i]] = gate.Count{N: c[0], Of: c[1]}
		}
	}
	return all
}

// problemOf finds what cannot be in a block behind those that the session has.
func (s *Session) problemOf(k *kept) problem {
	if !slices.Contains(s.Variants, k.Variant) {
		return problem{"block.variant", fmt.Sprintf("is %q, which the session does not have", k.Variant)}
	}
	if k.Number < 1 {
		return problem{"block.number", fmt.Sprintf("is %d, and the first is 1", k.Number)}
	}
	for i := len(s.Blocks) - 1; i >= 0; i-- {
		b := s.Blocks[i]
		if b.Variant == k.Variant && b.Point == k.Point {
			if b.Number >= k.Number {
				return problem{"block.number", fmt.Sprintf("is %d and follows %d in the same cell", k.Number, b.Number)}
			}
			break
		}
	}
	if len(k.Arms) != len(s.Arms) {
		return problem{"block.arms", fmt.Sprintf("has %d arms, and the session %d", len(k.Arms), len(s.Arms))}
	}
	for i, a := range k.Arms {
		if a == nil {
			continue
		}
		if p := s.problemIn(fmt.Sprintf("block.arms[%d]", i), a); p.msg != "" {
			return p
		}
	}
	return problem{}
}

// problemIn finds what cannot be in an arm.
func (s *Session) problemIn(at string, a *arm) problem {
	if a.Failed != "" && (a.Values != nil || a.Counts != nil || a.Whole != nil) {
		return problem{at + ".failed", "is there, and so are numbers: a failed trial has none"}
	}
	for _, c := range []struct {
		path      string
		have, of  int
		mayAbsent bool
	}{{"v", len(a.Values), len(s.Values), a.Failed != ""},
		{"n", len(a.Counts), len(s.Counts), a.Failed != ""},
		{"w", len(a.Whole), len(s.Counts), true}} {
		if c.have != c.of && (c.have > 0 || !c.mayAbsent) {
			return problem{at + "." + c.path, fmt.Sprintf("has %d columns, and the session %d", c.have, c.of)}
		}
	}
	for i, v := range a.Values {
		if v != nil && !(*v > 0 && *v <= mostValue) {
			return problem{fmt.Sprintf("%s.v[%d]", at, i), fmt.Sprintf("is %g, which is not above 0 and at most %g", *v, mostValue)}
		}
	}
	for i, c := range slices.Concat(a.Counts, a.Whole) {
		if c != nil && (len(c) != 2 || c[0] < 0 || c[1] < 1) {
			path := fmt.Sprintf("%s.n[%d]", at, i)
			if i >= len(a.Counts) {
				path = fmt.Sprintf("%s.w[%d]", at, i-len(a.Counts))
			}
			return problem{path, "is not how many, of how many: two whole numbers, the second above 0"}
		}
	}
	return problem{}
}

// encode is the line as it stands in the file, its end included.
func (l line) encode() ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}
