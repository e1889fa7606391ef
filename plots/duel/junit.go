package duel

import (
	"encoding/xml"
	"io"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

type (
	suite struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Cases    []testCase `xml:"testcase"`
	}
	testCase struct {
		Class   string  `xml:"classname,attr"`
		Name    string  `xml:"name,attr"`
		Failure *result `xml:"failure"`
		Error   *result `xml:"error"`
		Skipped *result `xml:"skipped"`
		Out     string  `xml:"system-out,omitempty"`
	}
	result struct {
		Message string `xml:"message,attr"`
	}
)

// JUnit writes the comparison as one test suite of JUnit's XML, a test case for
// each finding. A number that is worse is a failure, one that is void an error, and
// one that could not be told is skipped. What is shown only, and what was declared
// beforehand, passes. It writes nothing when it fails.
func JUnit(w io.Writer, c *gate.Comparison) error {
	s := suite{Name: "pushbench"}
	add := func(class, name, said string, v gate.Verdict) {
		tc, r := testCase{Class: safe.Brief(class, 400), Name: safe.Brief(name, 400)}, &result{safe.Line(said)}
		switch v {
		case gate.Worse:
			tc.Failure = r
			s.Failures++
		case gate.Void:
			tc.Error = r
			s.Errors++
		case gate.Inconclusive:
			tc.Skipped = r
			s.Skipped++
		default:
			tc.Out = r.Message
		}
		s.Tests++
		s.Cases = append(s.Cases, tc)
	}
	if c.Verdict == gate.Void || len(c.Findings) == 0 {
		add("pushbench", "the comparison as a whole", Headline(c), gate.Void)
	}
	for _, f := range c.Findings {
		v := f.Verdict
		if !f.Gated || passes(f) {
			v = gate.Same
		}
		add(f.Cell(), name(f), Sentence(f), v)
	}
	for _, m := range c.Missing {
		what := m.Metric
		if what == "" {
			what = "the whole cell"
		}
		add(m.Cell, what, "not compared: "+text.Told(m.Reason), gate.Inconclusive)
	}
	data, err := xml.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}
