package results

import "slices"

// Builtin is the name of the target that comes with pushbench: its own servers.
const Builtin = "builtin"

// A Target is who answered the clients of a run.
type Target struct {
	Name     string   `json:"name"`               // unique in the record: builtin, or as its user named it
	Command  []string `json:"command,omitempty"`  // what started it, without the flags of a trial; absent for builtin
	Revision string   `json:"revision,omitempty"` // commit that it was built of, "+dirty" behind it when files were changed; absent: not known
	Absent   []Absent `json:"absent,omitempty"`   // what it cannot tell or do, as far as it was asked
}

// What a target may lack: values of Absent.What.
const (
	Figures = "figures" // its own figures: memory from inside, goroutines, requests that it holds
	Floor   = "tcp"     // the raw TCP server, with which the transports are compared
	Due     = "due"     // when its events are due, and their payloads: it has events of its own
	Opening = "opening" // how long it takes to open a client, and what that costs: one is open with an event only
)

// Absent is something that a target cannot tell or do. Numbers that rest on it are
// not in the record.
type Absent struct {
	What   string `json:"what"`   // figures, tcp, due, opening
	Reason string `json:"reason"` // a sentence without its full stop
}

// Lacks returns why the trial's target could not tell what, or "" when it could.
func (t *Trial) Lacks(what string) string {
	if i := slices.IndexFunc(t.Absent, func(a Absent) bool { return a.What == what }); i >= 0 {
		return t.Absent[i].Reason
	}
	return ""
}

// withTargets names the target in a record that was written before there was
// more than one: it was our own servers.
func (r *Record) withTargets() {
	if len(r.Targets) == 0 {
		r.Targets = []Target{{Name: Builtin}}
	}
	for _, t := range r.Trials {
		if t != nil && t.Target == "" {
			t.Target = Builtin
		}
	}
}
