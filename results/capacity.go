package results

import (
	"fmt"
	"reflect"
	"slices"
)

// A Capacity says that the record is a search for the highest load that each variant of
// each target carries within objectives. Its trials are those of the search, each at one
// level of the load. Package capacity tells from them what was found.
type Capacity struct {
	Of         string   `json:"of"`             // what was raised: clients or rate
	Objectives []string `json:"objectives"`     // each a metric, an operator and a value in base units; a trial holds when it is valid and all of them hold in it
	Trials     int      `json:"trials"`         // of a level, all of which must hold for it to be confirmed
	Start      int      `json:"start"`          // level that was tried first
	Step       int      `json:"step"`           // every level is a multiple of it
	Least      int      `json:"least"`          // lowest level that could be tried
	Most       int      `json:"most"`           // highest level that could be tried
	Resolution float64  `json:"resolution"`     // from one level to the next, as a share
	Ends       []End    `json:"ends,omitempty"` // where a search found no end by itself
}

// An End is why a search tried no level from one on.
type End struct {
	Target   string `json:"target"`   // name
	Variant  string `json:"variant"`  // name
	Level    int    `json:"level"`    // the lowest one that was out of reach; 0: all, as where an objective could not be judged
	Resource string `json:"resource"` // what there was too little of: descriptors, ports, memory, asked (the user, a scenario or the target allows no more), judgment (an objective could not be judged)
	Reason   string `json:"reason"`   // a sentence without its full stop
}

// What a load can run out of: values of End.Resource. What trials tell of is in package
// capacity.
const (
	Descriptors = "descriptors" // open files of one process
	Ports       = "ports"       // of one address
	Memory      = "memory"      // of the machine
	Asked       = "asked"       // the user, a scenario or the target allows no more
	Judgment    = "judgment"    // an objective could not be judged
)

// problem finds what no search can have.
func (c *Capacity) problem(targets []Target) *problem {
	if c == nil {
		return nil
	}
	for i, text := range c.Objectives {
		if _, err := ParseBound(text); err != nil {
			return &problem{fmt.Sprintf("objectives[%d]", i), err.Error()}
		}
	}
	switch {
	case c.Of != "clients" && c.Of != "rate":
		return &problem{"of", fmt.Sprintf("is %q, and clients or rate can be raised", c.Of)}
	case len(c.Objectives) == 0:
		return &problem{"objectives", "is empty"}
	case c.Trials < 1:
		return &problem{"trials", fmt.Sprintf("is %d, and should be 1 or more", c.Trials)}
	case c.Step < 1 || c.Least < c.Step || c.Start < c.Least || c.Most < c.Start || c.Most > MostLevel:
		return &problem{"start", fmt.Sprintf("is %d, and step %d, least %d, start and most %d should ascend from 1 to %d",
			c.Start, c.Step, c.Least, c.Most, MostLevel)}
	case !(c.Resolution >= FinestResolution && c.Resolution <= 1):
		return &problem{"resolution", fmt.Sprintf("is %v, and should be between %v and 1", c.Resolution, FinestResolution)}
	}
	for i, e := range c.Ends {
		if !slices.ContainsFunc(targets, func(t Target) bool { return t.Name == e.Target }) {
			path := fmt.Sprintf("ends[%d].target", i)
			return &problem{path, fmt.Sprintf("%q is not among the record's targets", e.Target)}
		}
	}
	return impossible("", reflect.ValueOf(*c), false)
}

// Bounds of a search.
const (
	MostLevel        = 1_000_000_000
	FinestResolution = 0.001
)
