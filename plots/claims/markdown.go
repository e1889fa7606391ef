package claims

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/results/verdict"
)

// Markdown writes what the page says, without figures and texts of scenarios. It writes
// nothing when it fails.
func Markdown(w io.Writer, r *results.Record) error {
	p, err := newPage(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	where := r.Provenance
	fmt.Fprintf(&b, "# pushbench claims: %s\n\n**%s**\n\nMeasured on %s in %s on %s, %s, over %s. %s\n", text.Plain(p.Title), text.Plain(p.Counts), p.Began, p.Took,
		text.Plain(text.Name(where.CPU)), text.Count(where.Cores, "core"), text.Plain(text.Told(where.Path)), text.Plain(p.Trials))
	for _, x := range p.Alerts {
		fmt.Fprintf(&b, "\n> **⚠ %s**\n", text.Plain(x.Text))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", plainLinks(p.Table).Markdown(), text.Plain(legend))
	for _, s := range p.Claims {
		s.markdown(&b)
	}
	if len(p.NotRun.Rows) > 0 {
		fmt.Fprintf(&b, "\n## Not run\n\n%s", p.NotRun.Markdown())
	}
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}

func (s section) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s\n\n**%s %s**\n", text.Plain(s.Heading), s.Mark.Sign, s.Word)
	for _, line := range s.Outcome {
		fmt.Fprintf(b, "\n%s\n", text.Plain(strings.ReplaceAll(line, "`", "")))
	}
	fmt.Fprintf(b, "\n%s\n", text.Plain(s.Why))
	for _, g := range s.Groups {
		fmt.Fprintf(b, "\n### %s\n", text.Plain(g.Title))
		for _, c := range g.Criteria {
			fmt.Fprintf(b, "\n**%s** %s\n\n%s", text.Plain(c.That), text.Plain(c.Asked), c.Table.Markdown())
		}
	}
	for _, e := range s.Explain {
		fmt.Fprintf(b, "\n### %s\n\n%s", text.Plain(e.Title), e.Table.Markdown())
	}
	for _, o := range s.Observed {
		fmt.Fprintf(b, "\n%s\n", text.Plain(strings.TrimSpace(text.Name(o.Name)+": "+o.About+" "+o.Reason)))
	}
	if s.Elsewhere != "" {
		fmt.Fprintf(b, "\n*Elsewhere:* %s\n", text.Plain(s.Elsewhere))
	}
	if s.Cannot == "" {
		fmt.Fprintf(b, "\nRepeat it: %s\n", text.Code(s.Repeat))
	}
}

// plainLinks is a table without the links of its rows: its document has not what they lead to.
func plainLinks(t text.Table) text.Table {
	out := text.Table{Columns: t.Columns}
	for _, row := range t.Rows {
		var own []text.Value
		for _, v := range row {
			v.Link = ""
			own = append(own, v)
		}
		out.Rows = append(out.Rows, own)
	}
	return out
}

// Brief writes the verdicts as Markdown that a README can quote: of what came out, what is typical.
func Brief(w io.Writer, r *results.Record) error {
	p, err := newPage(r)
	if err != nil {
		return err
	}
	for i, c := range p.Claims {
		p.Table.Rows[i][2] = lined(typical(brief(c.Verdict)))
	}
	_, err = io.WriteString(w, safe.Text(fmt.Sprintf("**%s**\n\n%s\n%s\n\n", text.Plain(p.Counts), plainLinks(p.Table).Markdown(), text.Plain(legend)+typicalNote)))
	return err
}

const typicalNote = " Of the comparisons with the same sign, the first one stands here. The whole report has all of them."

// TerminalOptions say where a text appears.
type TerminalOptions struct {
	Color bool
	Width int // columns
}

// Terminal writes each verdict with its numbers.
func Terminal(w io.Writer, r *results.Record, o TerminalOptions) error {
	s := &text.Screen{Width: max(40, o.Width), Color: o.Color}
	verdicts := verdict.Of(r)
	for _, v := range verdicts {
		m := marks[string(v.Word)]
		s.Paragraph(fmt.Sprintf("%3d  ", v.Number), told(v.Says), text.Strong)
		s.Paragraph("     ", fmt.Sprintf("%s %s (%s)", m.Sign, v.Word, text.Name(v.Name)), inkOf(v.Word))
		for _, line := range brief(v) {
			s.Paragraph("     ", line, "")
		}
		if v.Word == verdict.NotDecided && v.Uncontrolled() == "" {
			s.Paragraph("     ", sentence(v.Reason), "")
		}
		if n := mostNeeded(v); n > 0 && v.Word == verdict.NotDecided {
			s.Paragraph("     ", strings.ReplaceAll(wouldDecide(n), "`", ""), "")
		}
		s.Line("")
	}
	s.Paragraph("", counts(verdicts), text.Strong)
	_, err := w.Write(s.Bytes())
	return err
}

func inkOf(w verdict.Word) string {
	if w == verdict.DoesNotHold {
		return text.Red
	}
	return ""
}
