package servers

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pushbench/servers/wire"
)

// Injections make a server worse on purpose, to test whether a gate finds it.
// The zero value changes nothing.
type Injections struct {
	Bytes    int64         // spaces behind each event's JSON, where JSON permits white space
	Requests int64         // answers with nothing new before each answer that brings events; polling and long-polling, by connection
	CPU      time.Duration // CPU time more for each event that a client is sent. The loop goes by the clock: time in which it was preempted counts as spent
	Latency  time.Duration // from when an event was read until it is numbered, visible and acknowledged, at least
	Memory   int64         // bytes of heap more for each connection while it is open, which Go rounds up to a size that it allocates
}

// An injection is one kind of Injections.
type injection struct {
	kind, unit string
	what       string // it does, for the unit
	most       int64
	size       func(*Injections) *int64
	duration   bool // the size is a time
}

// injections declares each kind. The longest latency is below the grace period
// of a server that ends.
var injections = []injection{
	{"bytes", "N", "N spaces behind each event", 64 << 10,
		func(i *Injections) *int64 { return &i.Bytes }, false},
	{"request", "N", "N empty answers before each answer with events, on polling and long-polling", 1000,
		func(i *Injections) *int64 { return &i.Requests }, false},
	{"cpu", "TIME", "so much CPU for each event that a client is sent", int64(time.Second),
		func(i *Injections) *int64 { return (*int64)(&i.CPU) }, true},
	{"latency", "TIME", "each event held for so long", int64(time.Second),
		func(i *Injections) *int64 { return (*int64)(&i.Latency) }, true},
	{"memory", "BYTES", "so much heap for each connection", 1 << 30,
		func(i *Injections) *int64 { return &i.Memory }, false},
}

// InjectionKinds says what there is to inject, in one line for a flag's help.
func InjectionKinds() string {
	var kinds []string
	for _, k := range injections {
		kinds = append(kinds, fmt.Sprintf("%s=%s (%s)", k.kind, k.unit, k.what))
	}
	return strings.Join(kinds, ", ")
}

// ParseInjections reads texts of the form KIND=SIZE, each of another kind, such
// as bytes=1 or cpu=5us. The error says what is wrong.
func ParseInjections(texts []string) (Injections, error) {
	var i Injections
	for _, text := range texts {
		kind, size, ok := strings.Cut(text, "=")
		if !ok {
			return Injections{}, fmt.Errorf("%.64q is not KIND=SIZE", text)
		}
		k := kindOf(kind)
		if k == nil {
			return Injections{}, fmt.Errorf("there is no kind %.64q", kind)
		}
		n, err := k.read(size)
		if err != nil {
			return Injections{}, err
		}
		to := k.size(&i)
		if *to != 0 {
			return Injections{}, fmt.Errorf("%s is given twice", k.kind)
		}
		*to = n
	}
	return i, nil
}

// Texts returns what ParseInjections reads as i; nil for the zero value.
func (i Injections) Texts() (texts []string) {
	for _, k := range injections {
		if n := *k.size(&i); n != 0 {
			texts = append(texts, k.kind+"="+k.text(n))
		}
	}
	return texts
}

// check reports the first size that is out of its bounds.
func (i Injections) check() error {
	for _, k := range injections {
		if n := *k.size(&i); n != 0 {
			if err := k.check(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func kindOf(name string) *injection {
	for i := range injections {
		if injections[i].kind == name {
			return &injections[i]
		}
	}
	return nil
}

// read reads a size as people write it: without a sign, and no number with a
// zero before it.
func (k *injection) read(text string) (n int64, err error) {
	form := "a number such as 1"
	if k.duration {
		form = "a time such as 500us"
		var d time.Duration
		d, err = time.ParseDuration(text)
		n = int64(d)
	} else if n, err = strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) != text {
		err = strconv.ErrSyntax
	}
	if err != nil || text[0] == '+' || text[0] == '.' {
		return 0, fmt.Errorf("%s=%.64s is not %s", k.kind, cmp.Or(text, `""`), form)
	}
	return n, k.check(n)
}

func (k *injection) check(n int64) error {
	if n < 1 || n > k.most {
		return fmt.Errorf("%s=%s is not between %s and %s", k.kind, k.text(n), k.text(1), k.text(k.most))
	}
	return nil
}

func (k *injection) text(n int64) string {
	if k.duration {
		return wire.Duration(time.Duration(n))
	}
	return strconv.FormatInt(n, 10)
}
