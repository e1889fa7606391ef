package results

import "slices"

// Builtin is the name of the target that comes with pushbench: its own servers.
const Builtin = "builtin"

// A Target is who answered the clients of a run.
type Target struct {
	Name     string   `json:"name"`               // unique in the record: builtin, or as its user named it
	Command  []string `json:"command,omitempty"`  // what started it, without the flags of a trial; absent for builtin
	Revision string   `json:"revision,omitempty"` // commit that it was built of, "+dirty" behind it when files were changed; absent: not known
	File     string   `json:"file,omitempty"`     // where its description came from: a path, or the address of a server that ran already; absent: it has the routes of our own servers
	Text     string   `json:"text,omitempty"`     // the description, as YAML
	Like     string   `json:"like,omitempty"`     // that of the target that the description changes
	Version  string   `json:"version,omitempty"`  // what the server tells about its version; absent: nothing
	Traits   []Trait  `json:"traits,omitempty"`   // how it is started and spoken to, in words
	Absent   []Absent `json:"absent,omitempty"`   // what it cannot tell or do, as far as it was asked
}

// A Trait is one thing about a target that is described by a file.
type Trait struct {
	Name string `json:"name"` // about, server, SSE, publishing and so on
	Text string `json:"text"` // without a full stop
}

// Foreign reports whether the target of that name has routes of its own, as its
// description says, so that what is known of our own servers says nothing about it.
func (r *Record) Foreign(target string) bool {
	return slices.ContainsFunc(r.Targets, func(t Target) bool { return t.Name == target && t.Text != "" })
}

// What a target may lack: values of Absent.What.
const (
	Figures  = "figures"  // its own figures: memory from inside, goroutines, requests that it holds
	Outside  = "process"  // the figures of its processes from outside: CPU, memory, descriptors, system calls
	Version  = "version"  // its version
	Floor    = "tcp"      // the raw TCP server, with which the transports are compared
	Due      = "due"      // when its events are due, and their payloads: it has events of its own
	Resident = "resident" // what its memory grows by: it has served others before, and has taken memory for them
	Opening  = "opening"  // how long it takes to open a client, and what that costs: one is open with an event only
)

// Absent is something that a target cannot tell or do. Numbers that rest on it are
// not in the record.
type Absent struct {
	What   string `json:"what"`   // figures, process, version, tcp, due, resident, opening
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
