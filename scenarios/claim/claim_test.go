package claim

import (
	"slices"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/verdict"
	"pushbench/scenarios"
	"pushbench/scenarios/strict"
)

// TestBuiltin holds the built-in claims to be in order, and to be told apart.
func TestBuiltin(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 12 {
		t.Errorf("there are only %d claims", len(all))
	}
	numbers, names := map[int]string{}, map[string]bool{}
	for i, c := range all {
		if other, twice := numbers[c.Number]; twice {
			t.Errorf("%s and %s have the number %d", other, c.Name, c.Number)
		}
		numbers[c.Number], names[c.Name] = c.Name, true
		if i > 0 && all[i-1].Number > c.Number {
			t.Errorf("%s stands before %s", all[i-1].Name, c.Name)
		}
		if c.File != scenarios.BuiltinFile || c.Text == "" || !strings.HasSuffix(c.Says, ".") || !strings.HasSuffix(c.Why, ".") {
			t.Errorf("%s: file %q, says %q, why %q", c.Name, c.File, c.Says, c.Why)
		}
		for _, one := range c.Criterion {
			if !strings.HasSuffix(one.That, ".") {
				t.Errorf("%s: %q is no sentence", c.Name, one.That)
			}
		}
		if c.Cannot == "" && c.Elsewhere == "" {
			t.Errorf("%s does not say where its verdict may be another", c.Name)
		}
	}
}

// The text that a record keeps of a scenario is a whole file, and means the same.
func TestScenariosStandAlone(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Scenarios(all) {
		again, err := scenarios.Parse(s.Name, s.File, []byte(s.Text))
		if err != nil {
			t.Errorf("%s: %v\n%s", s.Name, err, s.Text)
			continue
		}
		if again.Hash() != s.Hash() || again.About != s.About || strings.HasPrefix(s.Text, " ") {
			t.Errorf("%s is read again as another scenario:\n%s", s.Name, s.Text)
		}
	}
}

func TestKin(t *testing.T) {
	claims := []Claim{
		{Statement: results.Statement{Name: "a"}, Scenarios: []scenarios.Scenario{{Name: "a.near"}, {Name: "feed"}}},
		{Statement: results.Statement{Name: "b"}, Scenarios: []scenarios.Scenario{{Name: "feed"}, {Name: "b.far"}}},
	}
	if got := Kin(claims); len(got) != 3 || got["a.near"] != "a" || got["feed"] != "a" || got["b.far"] != "b" {
		t.Errorf("%v", got)
	}
	if Kin(nil) != nil {
		t.Error("nobody is kin without claims")
	}
}

const whole = `number: 7
says: SSE is best.
why: It is.
scenarios:
  near:
    about: "Near."
    # a comment that is indented
  # and one that is not

    clients: 10
    trials: 6
    variants: [sse, longpoll]
  feed: live-feed
criterion:
  - that: It is fast.
    ratio: {metric: p50-sec, of: sse, to: longpoll, at-most: 1.5}
    in: near
  - that: It is near.
    ratio: {metric: p50-sec, of: sse in near, to: sse in feed, at-most: 1.5}
  - that: It takes longer to open than to ask.
    in: near
    ratio: {metric: open-sec, of: longpoll, to: longpoll, to-metric: http-sec, at-least: 2}
  - that: It costs nothing.
    difference: {metric: wire-B/event, of: sse, less: websocket, at-most: 10}
    in: feed
  - that: It is at once.
    bound: {of: sse, is: p99-sec <= 50ms}
    in: near
  - that: It works.
    as: control
    works: {of: sse}
    in: near
  - that: It fails.
    fails: {of: polling}
    in: feed
  - that: Six.
    observation: {name: streams, is: == 6}
observe: [browsers]
explain: [bytes, p50-sec]
elsewhere: Nowhere.
`

func TestParse(t *testing.T) {
	c, err := Parse("sse-best", "sse-best.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"sse-best.near", "live-feed"}; !slices.Equal(c.Statement.Scenarios, want) || len(c.Scenarios) != 2 || c.Scenarios[0].Name != want[0] {
		t.Errorf("the scenarios are %q", c.Statement.Scenarios)
	}
	if got, want := c.Scenarios[0].Text, "about: \"Near.\"\n# a comment that is indented\n# and one that is not\n\nclients: 10\ntrials: 6\nvariants: [sse, longpoll]\n"; got != want {
		t.Errorf("the scenario is kept as\n%s", got)
	}
	at := func(scenario, variant string) results.Subject {
		return results.Subject{Scenario: scenario, Variant: variant}
	}
	near := "sse-best.near"
	for i, want := range []results.Criterion{
		{That: "It is fast.", Kind: "ratio", Metric: "p50-sec", Of: at(near, "sse"), To: at(near, "longpoll"), Op: "<=", Want: 1.5},
		{That: "It is near.", Kind: "ratio", Metric: "p50-sec", Of: at(near, "sse"), To: at("live-feed", "sse"), Op: "<=", Want: 1.5},
		{That: "It takes longer to open than to ask.", Kind: "ratio", Metric: "open-sec", ToMetric: "http-sec", Of: at(near, "longpoll"), To: at(near, "longpoll"), Op: ">=", Want: 2},
		{That: "It costs nothing.", Kind: "difference", Metric: "wire-B/event", Of: at("live-feed", "sse"), To: at("live-feed", "websocket"), Op: "<=", Want: 10},
		{That: "It is at once.", Kind: "bound", Metric: "p99-sec", Of: at(near, "sse"), Op: "<=", Want: 0.05},
		{That: "It works.", Role: "control", Kind: "works", Of: at(near, "sse")},
		{That: "It fails.", Kind: "fails", Of: at("live-feed", "polling/interval=500ms")},
		{That: "Six.", Kind: "observation", Observation: "streams", Op: "==", Want: 6},
	} {
		if got := c.Criterion[i]; got != want {
			t.Errorf("criterion %d is\n%+v, want\n%+v", i, got, want)
		}
	}
	if c.Number != 7 || c.Text != whole || !slices.Equal(c.Explain, []string{"bytes", "p50-sec"}) || !slices.Equal(c.Observe, []string{"browsers"}) {
		t.Errorf("%+v", c.Statement)
	}
}

// Every mistake is told with its place and what would be right, all at once.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ fact, from, to, want string }{
		{"a number is asked for", "number: 7", "number: seven", `f.yaml:1:9: number is "seven" (a whole number between 1 and 999)`},
		{"a saying is needed", "says: SSE is best.\n", "", "f.yaml:1:1: says is missing"},
		{"a key that is meant otherwise", "why:", "about:", "a claim has says: and why:"},
		{"a mistake in a scenario has its own place", "clients: 10", "clients: ten", `f.yaml:10:14: clients is "ten"`},
		{"an unknown variant of a scenario", "[sse, longpoll]", "[sse, longpol]", `f.yaml:12:21: unknown transport "longpol"`},
		{"a built-in scenario that is not there", "feed: live-feed", "feed: live-fed", `did you mean "live-feed"?`},
		{"a scenario in one line", "  feed: live-feed", "  feed: {about: x}", "is not a scenario on lines of its own"},
		{"a metric that is not there", "metric: p50-sec, of: sse, to: longpoll", "metric: p5-sec, of: sse, to: longpoll", "unknown metric"},
		{"a variant that is no variant", "of: sse, to: longpoll", "of: see, to: longpoll", `did you mean "sse"?`},
		{"a variant that nobody runs", "of: sse, to: longpoll", "of: sse/tls, to: longpoll", "no scenario of the claim measures sse/tls in f.near (the scenarios have sse, longpoll, "},
		{"a scenario that the claim has not", "in: near", "in: neer", `did you mean "near"?`},
		{"two bounds", "at-most: 1.5}\n    in: near", "at-most: 1.5, at-least: 1}\n    in: near", "has at-most and at-least"},
		{"no bound", ", at-most: 1.5}\n    in: near", "}\n    in: near", "asks for nothing"},
		{"a ratio below zero", "at-most: 1.5}\n    in: near", "at-most: -1}\n    in: near", "a ratio is above 0"},
		{"two comparisons in one", "    bound: {of: sse, is: p99-sec <= 50ms}", "    bound: {of: sse, is: p99-sec <= 50ms}\n    works: {of: sse}", "the criterion has bound and works"},
		{"none", "    works: {of: sse}\n", "", "the criterion compares nothing"},
		{"a comparison without a sentence", "that: It works.\n    as", "as", "that is missing"},
		{"a role that is none", "as: control", "as: witness", "f.yaml:30:9: criterion[5].as is \"witness\""},
		{"a role by another name", "as: control", "role: control", "as: control, or as: context"},
		{"a variant beside itself", "of: sse, to: longpoll, at-most", "of: sse, to: sse, at-most", "sse is compared with itself"},
		{"too few trials for an interval", "trials: 6", "trials: 5", "has 5 trials, and an interval takes 6"},
		{"an experiment that nobody looks at", "  - that: Six.\n    observation: {name: streams, is: == 6}\n", "", "no criterion has an observation"},
		{"an observation of no experiment", "observe: [browsers]\n", "", "no experiment is named that would observe it"},
		{"a bound that is none", "is: == 6", "is: six", "an operator and a number"},
		{"a claim that cannot be measured has no scenario", "number: 7", "cannot: it is so\nnumber: 7", "a claim that cannot be measured has no scenarios:"},
		{"variants that are in no common scenario", "    in: feed\n  - that: It is at once.", "  - that: It is at once.", "sse and websocket are not in the same scenarios"},
	} {
		text := strings.Replace(whole, c.from, c.to, 1)
		if text == whole {
			t.Fatalf("%s: nothing was changed", c.fact)
		}
		_, err := Parse("f", "f.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.fact, err, c.want)
		}
	}
}

func TestSomethingDecides(t *testing.T) {
	text := strings.ReplaceAll(strings.Replace(whole, "    as: control\n", "", 1), "\n  - that: ", "\n  - as: context\n    that: ")
	if _, err := Parse("f", "f.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "no criterion decides the verdict") {
		t.Errorf("%v", err)
	}
}

func TestProblemsComeTogether(t *testing.T) {
	text := strings.NewReplacer("number: 7", "number: 0", "clients: 10", "clients: 0", "metric: p50-sec", "metric: p5").Replace(whole)
	_, err := Parse("f", "f.yaml", []byte(text))
	problems, ok := err.(*strict.Error)
	if !ok || len(problems.Problems) != 4 {
		t.Errorf("%v", err)
	}
}

func TestNames(t *testing.T) {
	if _, err := Parse("A claim", "A claim.yaml", []byte(whole)); err == nil || !strings.Contains(err.Error(), "a claim cannot be named") {
		t.Errorf("%v", err)
	}
	if _, err := Parse("f", "f.yaml", []byte("number: 1\nsays: X.\nwhy: Y.\n")); err == nil || !strings.Contains(err.Error(), "criterion is missing") {
		t.Errorf("%v", err)
	}
	c, err := Parse("f", "f.yaml", []byte("number: 1\nsays: X.\nwhy: Y.\ncannot: Z.\n"))
	if err != nil || c.Cannot != "Z." || len(Statements([]Claim{c})) != 1 {
		t.Errorf("%v %+v", err, c)
	}
}

// A scenario that several claims name is run once.
func TestScenariosOnce(t *testing.T) {
	c, err := Parse("f", "f.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse("g", "g.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range Scenarios([]Claim{c, d}) {
		names = append(names, s.Name)
	}
	if want := []string{"f.near", "live-feed", "g.near"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}

// FuzzParse holds the reader to end with a claim or with problems that have a place, and a
// claim to be one that can be judged.
func FuzzParse(f *testing.F) {
	f.Add(whole)
	names, err := files.ReadDir(".")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := files.ReadFile(name.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("number: 1\nsays: x\nwhy: y\ncriterion: [{that: x, ratio: {}}]\n")
	f.Add("scenarios:\n  a:\n    b: |\n      # c\n     d")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f", "f.yaml", []byte(text))
		if problems, ok := err.(*strict.Error); err != nil && !ok {
			t.Fatalf("%T: %v", err, err)
		} else if ok {
			for _, p := range problems.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		r := &results.Record{Schema: results.Schema, Statements: Statements([]Claim{c})}
		for _, s := range c.Scenarios {
			r.Scenarios = append(r.Scenarios, results.Scenario{Name: s.Name})
		}
		if err := r.Validate(); err != nil {
			t.Fatal(err)
		}
		if v := verdict.Of(r)[0]; v.Word != verdict.NotTested {
			t.Fatalf("without a trial it %s", v.Word)
		}
	})
}
