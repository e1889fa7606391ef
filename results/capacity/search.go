package capacity

import (
	"maps"
	"math"
	"slices"
)

// A Tally is how the trials at one level came out.
type Tally struct {
	Held  int `json:"held"`  // within all objectives
	Broke int `json:"broke"` // one of them, or the trial failed
}

func (t Tally) trials() int { return t.Held + t.Broke }

// A State is what the trials at one level say about it.
type State string

// The states of a level.
const (
	Open      State = "open"      // there are too few trials to tell
	Confirmed State = "confirmed" // as many trials as are asked for, and all held
	Mixed     State = "mixed"     // as many trials as are asked for; some broke, but not more than half
	Failed    State = "failed"    // of as many trials as are asked for more than half broke, whatever the others do
)

// State is that of a level of which so many trials are asked for.
func (t Tally) State(asked int) State {
	switch {
	case 2*t.Broke > asked:
		return Failed
	case t.trials() < asked:
		return Open
	case t.Broke == 0:
		return Confirmed
	}
	return Mixed
}

// AtLeast is the share of all trials at a level that hold, with a confidence of 95 %, when
// so many were made and all held (the exact binomial bound of Clopper and Pearson).
func AtLeast(trials int) float64 {
	if trials < 1 {
		return 0
	}
	return math.Pow(0.05, 1/float64(trials))
}

// A Search finds the highest of some levels at which trials hold. What it says depends on
// the trials that it was told of alone, and not on their order. Make one with New. It is not
// for concurrent use.
type Search struct {
	levels []int // ascending; those that are within reach
	tried  map[int]Tally
	start  int // index of the level that is tried first
	asked  int // trials of a level that is confirmed
}

// New begins a search among levels, which are ascending and at least one, with the highest
// level that is not above start. A level is confirmed by so many trials, at least 1.
func New(levels []int, start, trials int) *Search {
	s := &Search{levels: slices.Clone(levels), tried: map[int]Tally{}, asked: trials}
	for i, level := range s.levels {
		if level <= start {
			s.start = i
		}
	}
	return s
}

// Add tells the search how a trial at a level came out.
func (s *Search) Add(level int, held bool) {
	t := s.tried[level]
	if held {
		t.Held++
	} else {
		t.Broke++
	}
	s.tried[level] = t
}

// Bound says that level and all above it are out of reach.
func (s *Search) Bound(level int) {
	s.levels = slices.DeleteFunc(s.levels, func(l int) bool { return l >= level })
	s.start = max(0, min(s.start, len(s.levels)-1))
}

// Tally is how the trials at a level came out.
func (s *Search) Tally(level int) Tally { return s.tried[level] }

// Trials is how many the search was told of.
func (s *Search) Trials() (n int) {
	for _, t := range s.tried {
		n += t.trials()
	}
	return n
}

// Next is the level of the next trial; ok is false when the search is over.
func (s *Search) Next() (level int, ok bool) {
	if len(s.levels) == 0 {
		return 0, false
	}
	i := s.next()
	if i < 0 {
		return 0, false
	}
	return s.levels[i], true
}

// none is the index of no level.
const none = -1

// next is the index of the level to try; none when the search is over.
func (s *Search) next() int {
	for i := range s.levels {
		if s.leans(i) == unsure {
			return i // a trial that broke may be an accident: the next ones tell
		}
	}
	up, down := none, none // down is the lowest level that does not carry, and up the highest below it that does
	for i := range s.levels {
		if l := s.leans(i); l == doesNot {
			down = i
			break
		} else if l == carries {
			up = i
		}
	}
	switch {
	case up == none && down == none:
		return s.start
	case down == none && up < len(s.levels)-1:
		return s.jump(up)
	case up == none && down > 0:
		return s.drop(down)
	case up != none && down > up+1:
		return (up + down) / 2
	}
	return s.settle(up, down)
}

// settle confirms that up carries and that down, the next level, does not. Either may be
// none.
func (s *Search) settle(up, down int) int {
	if down != none && s.state(down) == Open {
		return down
	}
	return s.confirm(up)
}

// confirm finds the highest level, from up downwards, of which all trials hold: by steps
// that double while trials break, and then by halves between the level that is confirmed
// and the lowest one above it at which a trial broke. Up may be none.
func (s *Search) confirm(up int) int {
	confirmed, broken := none, none
	for i := up; i >= 0 && confirmed == none; i-- {
		switch {
		case s.state(i) == Confirmed:
			confirmed = i
		case s.tally(i).Broke > 0:
			broken = i
		}
	}
	switch {
	case confirmed == up: // or both are none
		return none
	case broken == none:
		return up
	case confirmed != none && broken > confirmed+1:
		return (confirmed + broken) / 2
	case confirmed != none:
		return none
	}
	for step := 1; ; step *= 2 {
		i := max(0, up+1-step)
		if s.tally(i).Broke == 0 {
			return i
		}
		if i == 0 {
			return none
		}
	}
}

// jump is the highest level that is not above twice that of up, and at least the next one.
func (s *Search) jump(up int) int {
	i := up + 1
	for i+1 < len(s.levels) && s.levels[i+1] <= 2*s.levels[up] {
		i++
	}
	return i
}

// drop is the lowest level that is not below half of that of down, and at most the one
// before.
func (s *Search) drop(down int) int {
	i := down - 1
	for i > 0 && 2*s.levels[i-1] >= s.levels[down] {
		i--
	}
	return i
}

func (s *Search) tally(i int) Tally { return s.tried[s.levels[i]] }
func (s *Search) state(i int) State { return s.tally(i).State(s.asked) }

// A lean is what a level's trials so far are taken for, to find where to try next.
type lean int

const (
	untried lean = iota
	unsure       // one broke alone, or as many broke as held
	carries
	doesNot
)

func (s *Search) leans(i int) lean {
	t, state := s.tally(i), s.state(i)
	switch {
	case t.trials() == 0:
		return untried
	case state == Failed:
		return doesNot
	case state != Open || t.Held > t.Broke:
		return carries
	case t.Broke > t.Held && t.Broke > 1:
		return doesNot
	}
	return unsure
}

// A Level is one that was tried.
type Level struct {
	At int `json:"at"`
	Tally
	State State `json:"state"`
}

// An Interval is what a search has found: the border lies in it.
type Interval struct {
	Most   int     `json:"most"`   // the highest confirmed level below every failed one; 0: none
	Over   int     `json:"over"`   // the lowest failed level; 0: none
	Levels []Level `json:"levels"` // that were tried, ascending

	// Contradicted says that a level above a failed one did not fail: the trials do not agree
	// about where the border is.
	Contradicted bool `json:"contradicted,omitempty"`
}

// Found is what the search has found so far.
func (s *Search) Found() (v Interval) {
	var all []int
	for level := range s.tried {
		all = append(all, level)
	}
	slices.Sort(all)
	for _, level := range all {
		t := s.tried[level]
		l := Level{level, t, t.State(s.asked)}
		v.Levels = append(v.Levels, l)
		switch {
		case v.Over > 0:
			v.Contradicted = v.Contradicted || l.State == Confirmed || l.State == Mixed
		case l.State == Failed:
			v.Over = level
		case l.State == Confirmed:
			v.Most = level
		}
	}
	return v
}

// Cost is what the search costs from here on when the border is known: levels up to border
// carry and none above does. Each trial costs what cost says.
func (s *Search) Cost(border int, cost func(level int) float64) (trials int, total float64) {
	own := *s
	own.tried = maps.Clone(s.tried)
	for {
		level, ok := own.Next()
		if !ok {
			return trials, total
		}
		trials++
		total += cost(level)
		own.Add(level, level <= border)
	}
}

// Borders are the levels of which each could still be the highest that carries, by the
// trials so far; 0 for none.
func (s *Search) Borders() []int {
	low, high := 0, math.MaxInt
	for i, level := range s.levels {
		switch s.leans(i) {
		case carries:
			low = level
		case doesNot:
			high = min(high, level)
		}
	}
	var all []int
	for _, level := range append([]int{0}, s.levels...) {
		if level >= low && level < high {
			all = append(all, level)
		}
	}
	if all == nil { // the trials contradict each other
		all = []int{min(low, high)}
	}
	return all
}
