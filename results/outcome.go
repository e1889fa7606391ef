package results

// An Expectation is what a scenario said beforehand of its outcome, and
// whether it came true.
type Expectation struct {
	Scenario  string   `json:"scenario"`            // name
	Target    string   `json:"target,omitempty"`    // name; empty: all
	Point     string   `json:"point,omitempty"`     // of the sweep; empty: all
	Variant   string   `json:"variant,omitempty"`   // empty: all; a transport: all its variants
	Transport string   `json:"transport,omitempty"` // of the variant
	Settings  Settings `json:"settings,omitempty"`  // of the variant; absent where all of the transport are meant
	Text      string   `json:"text"`                // as the scenario words it
	Metric    string   `json:"metric"`              // unit
	Got       float64  `json:"got"`                 // the median over trials, in the metric's base unit
	Want      float64  `json:"want"`                // the bound, in the same unit
	Held      bool     `json:"held"`                // whether it came true
	Reason    string   `json:"reason,omitempty"`    // why it could not be judged; Held is false then
}

// Predicted sets a measured metric of a cell beside its closed form. One
// beyond its tolerance is a finding.
type Predicted struct {
	Scenario  string  `json:"scenario"`        // name
	Target    string  `json:"target"`          // name
	Point     string  `json:"point,omitempty"` // of the sweep; empty for a variant that the sweep does not touch
	Variant   string  `json:"variant"`         // name
	Metric    string  `json:"metric"`          // unit
	Measured  float64 `json:"measured"`        // the median over trials, in the metric's base unit
	Expected  float64 `json:"expected"`        // by the closed form, in the same unit
	Tolerance float64 `json:"tolerance"`       // how far off Measured may be: relative, or absolute where Expected is 0
	Formula   string  `json:"formula"`         // for people, with its numbers
	Source    string  `json:"source"`          // where it comes from: an RFC's section, a paper
	Finding   bool    `json:"finding"`         // the residual is beyond the tolerance
}

// A Published is a number that somebody published, and what came out when it was
// repeated.
type Published struct {
	Row      int     `json:"row"`               // of the reproduction: numbers of one source share it
	Title    string  `json:"title"`             // of the row
	Source   string  `json:"source"`            // who published it, and where
	Quantity string  `json:"quantity"`          // what the number is, in words
	Kind     string  `json:"kind"`              // how to show it: sec, bytes, count, share, Mibit/s, ×
	Theirs   float64 `json:"theirs"`            // as published, in the base unit of the kind
	Derived  bool    `json:"derived,omitempty"` // Theirs is not printed there, but follows from what is
	Ours     float64 `json:"ours"`              // in the same unit
	How      string  `json:"how"`               // how ours came about: measured (with the load), or computed (by which rule)
	Verdict  string  `json:"verdict"`           // reproduced, corrected (their number has an error that Why explains), differs (another machine or other software), not reproduced; of a prediction: as predicted, not reproduced
	Why      string  `json:"why"`               // a sentence

	Predicted bool `json:"predicted,omitempty"` // Theirs is not published: it is what the theory of this project says, and is counted apart
}
