package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"pushbench/results"
	"pushbench/results/gate"
)

// A Log is what a history's file holds, in its order.
type Log struct {
	Lines []Line
	Cut   int // number of the last line when it is only the beginning of one, as a crash leaves it: it is not in Lines; else 0
}

// Parse reads the lines of a history. File is its name for errors, which are
// *results.Error. A last line without its end is skipped and told by Cut;
// anything else that a history cannot hold is an error.
func Parse(file string, data []byte) (Log, error) {
	var log Log
	for number := 1; len(data) > 0; number++ {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole && !json.Valid(text) {
			log.Cut = number
			break
		}
		l, err := parseLine(file, number, text)
		if err != nil {
			return Log{}, err
		}
		log.Lines = append(log.Lines, l)
		data = rest
	}
	return log, nil
}

func parseLine(file string, number int, text []byte) (Line, error) {
	var l Line
	if err := ofSchema(file, number, text, Schema, "line of a history"); err != nil {
		return l, err
	}
	if err := results.Decode(file, number, text, &l); err != nil {
		return l, err
	}
	if p := l.problem(); p.msg != "" {
		return l, results.Misplaced(file, number, text, p.path, p.msg)
	}
	return l, nil
}

// ofSchema refuses a whole JSON document of another layout, or of none. What is
// not whole is for the decoder to refuse.
func ofSchema(file string, number int, text []byte, known int, what string) error {
	var head struct{ Schema *int }
	if !json.Valid(text) {
		return nil
	}
	e := &results.Error{File: file, Line: number, Col: 1}
	err := json.Unmarshal(text, &head)
	switch {
	case err != nil || head.Schema == nil:
		e.Msg = "not a " + what + ": it is no object with a schema number"
	case *head.Schema > known:
		e.Msg, e.Hint = fmt.Sprintf("layout %d, and this pushbench reads layout %d", *head.Schema, known),
			"use a newer pushbench"
	case *head.Schema != known:
		e.Msg = fmt.Sprintf("layout %d, and this pushbench reads layout %d", *head.Schema, known)
	default:
		return nil
	}
	return e
}

// ParseComparison reads a compare.json. File is its name for errors, which are
// *results.Error.
func ParseComparison(file string, data []byte) (*gate.Comparison, error) {
	var c gate.Comparison
	if err := ofSchema(file, 1, data, gate.Schema, "comparison of pushbench"); err != nil {
		return nil, err
	}
	if err := results.Decode(file, 1, data, &c); err != nil {
		return nil, err
	}
	return &c, nil
}

// A problem is something in a line that cannot be, with its place.
type problem struct{ path, msg string }

// The largest numbers of a line: beyond them figures have no ends.
const (
	mostValue = 1e15
	mostRatio = 40 // of a logarithm: 1e17 times as much
)

// problem finds the first thing in the line that cannot be; its msg is empty when
// there is none.
func (l Line) problem() problem {
	for _, h := range []struct {
		path, text string
		may        bool
	}{{"commit", l.Commit, false}, {"parent", l.Parent, true}, {"anchor", l.Anchor, false}} {
		if !hash.MatchString(h.text) && (h.text != "" || !h.may) {
			return problem{h.path, fmt.Sprintf("is %q, which is not the full hash of a commit", h.text)}
		}
	}
	switch {
	case l.Blocks < 0:
		return problem{"blocks", fmt.Sprintf("is %d, but a count is never less than 0", l.Blocks)}
	case l.Class.Cores < 0:
		return problem{"class.cores", fmt.Sprintf("is %d, but a count is never less than 0", l.Class.Cores)}
	}
	type key struct {
		scenario, point, variant, metric string
		whole                            bool
	}
	seen := map[key]int{}
	for i, v := range l.Values {
		at := fmt.Sprintf("values[%d]", i)
		k := key{v.Scenario, v.Point, v.Variant, v.Metric, v.Whole}
		if first, ok := seen[k]; ok {
			return problem{at + ".metric", fmt.Sprintf("%q is the metric of values[%d], too, in the same cell",
				v.Metric, first)}
		}
		seen[k] = i
		if path, msg := v.problem(); msg != "" {
			return problem{at + "." + path, msg}
		}
	}
	return problem{}
}

func (v Value) problem() (path, msg string) {
	for _, name := range []struct{ path, text string }{{"scenario", v.Scenario}, {"variant", v.Variant}, {"metric",
		v.Metric}} {
		if name.text == "" {
			return name.path, "is empty"
		}
	}
	for _, n := range []struct {
		path     string
		v, least float64
		most     float64
	}{
		{"head", v.Head, -mostValue, mostValue}, {"anchor", v.Anchor, -mostValue, mostValue}, {"n", float64(v.N), 0,
			mostValue},
		{"change", v.Change, -mostRatio, mostRatio}, {"lo", v.Lo, -mostRatio, mostRatio}, {"hi", v.Hi, -mostRatio,
			mostRatio},
	} {
		if math.IsNaN(n.v) || n.v < n.least || n.v > n.most {
			return n.path, fmt.Sprintf("is %g, which is not between %g and %g", n.v, n.least, n.most)
		}
	}
	if v.Bounded() && (v.Lo > v.Change || v.Change > v.Hi) {
		return "change", fmt.Sprintf("is %g, which is not within its interval from %g to %g", v.Change, v.Lo, v.Hi)
	}
	return "", ""
}

// Bounded reports whether the value has an interval: too few blocks give none.
func (v Value) Bounded() bool { return !v.Exact && (v.Lo != 0 || v.Hi != 0) }
