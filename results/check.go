package results

// A Check is what was found out about one target before its trials, by hand and byte by
// byte, without the load generator.
type Check struct {
	Target  string  `json:"target"`          // name, as in the record's targets
	Quick   bool    `json:"quick,omitempty"` // without the facts that take a long wait or much data
	Seconds float64 `json:"seconds"`         // how long it took
	Facts   []Fact  `json:"facts"`           // in the order of the table
}

// A Fact is one thing that has been found out about a target.
type Fact struct {
	Name    string             `json:"fact"`              // transport/thing, such as sse/resume
	State   State              `json:"state"`             // pass, fail, not offered, not told
	Text    string             `json:"text"`              // one sentence
	Basis   bool               `json:"basis,omitempty"`   // numbers rest on it
	Known   string             `json:"known,omitempty"`   // why it is otherwise than it should be, as the target's file says
	Figures map[string]float64 `json:"figures,omitempty"` // numbers of the sentence; a name ends with its unit: head-bytes, idle-sec
}

// A State is how a fact came out.
type State string

// The states. A fact that has no right and wrong passes when it has been found out.
const (
	Pass       State = "pass"        // it is so, and clients can live with it
	Fail       State = "fail"        // clients lose something by it, or would not expect it
	NotOffered State = "not offered" // the server does not do it
	NotTold    State = "not told"    // it cannot be found out, and the sentence says why
)

// CheckOf returns what was found out about the target of that name; nil: it was not
// checked.
func (r *Record) CheckOf(target string) *Check {
	for i := range r.Checks {
		if r.Checks[i].Target == target {
			return &r.Checks[i]
		}
	}
	return nil
}

// Fact returns the fact of that name; nil: it is not there. It may be called on nil.
func (c *Check) Fact(name string) *Fact {
	if c == nil {
		return nil
	}
	for i := range c.Facts {
		if c.Facts[i].Name == name {
			return &c.Facts[i]
		}
	}
	return nil
}
