package gate

import "fmt"

// An Incomparable error says that two measurements do not compare, so that
// there is no verdict: it is never the same as "no change".
type Incomparable struct {
	Reason string // a sentence without its full stop
}

func (e *Incomparable) Error() string { return "cannot compare: " + e.Reason }

func incomparable(format string, args ...any) error {
	return &Incomparable{Reason: fmt.Sprintf(format, args...)}
}
