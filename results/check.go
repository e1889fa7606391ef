package results

// A Check has the facts about one target. They are found before its trials, without the
// load generator.
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
	Basis   bool               `json:"basis,omitempty"`   // measurements of the transport are valid only if it passes
	Known   string             `json:"known,omitempty"`   // why the fact fails, as the target file says
	Figures map[string]float64 `json:"figures,omitempty"` // numbers of the sentence; a name ends with its unit: head-bytes, idle-sec
}

// A State is how a fact came out.
type State string

// The states. A fact that is neither right nor wrong passes as soon as it is known.
const (
	Pass       State = "pass"        // the server works in a way that clients can live with
	Fail       State = "fail"        // clients lose something, or get something that they do not expect
	NotOffered State = "not offered" // the server does not do this
	NotTold    State = "not told"    // the check cannot tell, and the sentence says why
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
