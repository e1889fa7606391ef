package servers

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseInjections(t *testing.T) {
	for _, row := range []struct {
		fact  string
		texts []string
		want  Injections
		err   string
	}{
		{"nothing is nothing", nil, Injections{}, ""},
		{"each kind has its size", []string{"bytes=1", "request=2", "cpu=3us", "latency=0.5ms", "memory=4096"},
			Injections{1, 2, 3 * time.Microsecond, 500 * time.Microsecond, 4096}, ""},
		{"the order does not count", []string{"latency=1s", "bytes=65536"}, Injections{Bytes: 64 << 10, Latency: time.Second}, ""},
		{"a kind without a size", []string{"bytes"}, Injections{}, `"bytes" is not KIND=SIZE`},
		{"nothing at all", []string{""}, Injections{}, `"" is not KIND=SIZE`},
		{"an unknown kind", []string{"Bytes=1"}, Injections{}, `there is no kind "Bytes"`},
		{"several in one text", []string{"bytes=1,cpu=1us"}, Injections{}, "bytes=1,cpu=1us is not a number such as 1"},
		{"a kind twice", []string{"cpu=1us", "cpu=1us"}, Injections{}, "cpu is given twice"},
		{"an empty size", []string{"memory="}, Injections{}, `memory="" is not a number such as 1`},
		{"an empty time", []string{"cpu="}, Injections{}, `cpu="" is not a time such as 500us`},
		{"no bytes", []string{"bytes=0"}, Injections{}, "bytes=0 is not between 1 and 65536"},
		{"fewer than none", []string{"request=-1"}, Injections{}, "request=-1 is not between 1 and 1000"},
		{"too many", []string{"request=1001"}, Injections{}, "request=1001 is not between 1 and 1000"},
		{"beyond 64 bits", []string{"memory=9223372036854775808"}, Injections{}, "memory=9223372036854775808 is not a number such as 1"},
		{"a sign", []string{"bytes=+1"}, Injections{}, "bytes=+1 is not a number such as 1"},
		{"a zero before a number", []string{"bytes=01"}, Injections{}, "bytes=01 is not a number such as 1"},
		{"white space", []string{"bytes= 1"}, Injections{}, "bytes= 1 is not a number such as 1"},
		{"a number with a unit", []string{"memory=4k"}, Injections{}, "memory=4k is not a number such as 1"},
		{"a time without a unit", []string{"cpu=5"}, Injections{}, "cpu=5 is not a time such as 500us"},
		{"a time with a sign", []string{"cpu=+5us"}, Injections{}, "cpu=+5us is not a time such as 500us"},
		{"a time that begins with its point", []string{"cpu=.5us"}, Injections{}, "cpu=.5us is not a time such as 500us"},
		{"no time", []string{"latency=0s"}, Injections{}, "latency=0s is not between 1ns and 1s"},
		{"less than the clock has", []string{"latency=0.1ns"}, Injections{}, "latency=0s is not between 1ns and 1s"},
		{"too long", []string{"latency=1001ms"}, Injections{}, "latency=1.001s is not between 1ns and 1s"},
		{"beyond all time", []string{"cpu=9999999h"}, Injections{}, "cpu=9999999h is not a time such as 500us"},
	} {
		got, err := ParseInjections(row.texts)
		if said := errorText(err); got != row.want || said != row.err {
			t.Errorf("%s: %+v, %q, want %+v, %q", row.fact, got, said, row.want, row.err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestInjectionsTexts(t *testing.T) {
	i := Injections{Bytes: 1, CPU: 5 * time.Microsecond, Latency: 1500 * time.Microsecond}
	want := []string{"bytes=1", "cpu=5µs", "latency=1.5ms"}
	if d := cmp.Diff(want, i.Texts()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if texts := (Injections{}).Texts(); texts != nil {
		t.Errorf("nothing is %q", texts)
	}
}

// A program may ask for what no flag can say.
func TestListenRefusesInjectionsOutOfBounds(t *testing.T) {
	for _, i := range []Injections{{Bytes: -1}, {Requests: 1001}, {CPU: -1}, {Latency: time.Hour}, {Memory: 1<<30 + 1}} {
		s, err := Listen(Options{Inject: i})
		if err == nil || s != nil || !strings.HasPrefix(err.Error(), "inject: ") || !strings.Contains(err.Error(), " is not between ") {
			t.Errorf("%+v: %v", i, err)
		}
	}
}

func TestReadyNamesTheInjections(t *testing.T) {
	ts := start(t, Options{Inject: Injections{Bytes: 1, Memory: 4096}})
	if d := cmp.Diff([]string{"bytes=1", "memory=4096"}, ts.Ready().Inject); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if by := start(t, Options{}).Ready().Inject; by != nil {
		t.Errorf("a plain server has injections %q", by)
	}
}

// People read of each kind in the README, and in the flag's help.
func TestEachKindIsDocumented(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range injections {
		name := k.kind + "=" + k.unit
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("the README has no row for %s", name)
		}
		if !strings.Contains(InjectionKinds(), name+" (") {
			t.Errorf("the help does not have %s", name)
		}
	}
}

// What is read can be written and read again, and is within its bounds.
func FuzzParseInjections(f *testing.F) {
	f.Add("bytes=1 cpu=5µs")
	f.Add("request=1000 latency=1s memory=4096")
	f.Add("cpu=1ns")
	f.Add("cpu=-1us cpu=")
	f.Fuzz(func(t *testing.T, text string) {
		i, err := ParseInjections(strings.Fields(text))
		if err != nil {
			if i != (Injections{}) {
				t.Errorf("%q gives %+v and %v", text, i, err)
			}
			return
		}
		if err := i.check(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		again, err := ParseInjections(i.Texts())
		if err != nil || again != i {
			t.Errorf("%q is %+v, and its texts %q are %+v, %v", text, i, i.Texts(), again, err)
		}
		if len(i.Texts()) != len(strings.Fields(text)) || !slices.IsSortedFunc(i.Texts(), func(a, b string) int { return placeOf(a) - placeOf(b) }) {
			t.Errorf("%q has the texts %q", text, i.Texts())
		}
	})
}

// placeOf is where a text's kind is declared.
func placeOf(text string) int {
	kind, _, _ := strings.Cut(text, "=")
	return slices.IndexFunc(injections, func(k injection) bool { return k.kind == kind })
}
