package recompute

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A table of Markdown: its heads and rows, as written.
type table struct {
	heads []string
	rows  [][]string
}

// tables finds the tables of Markdown text.
func tables(text string) (all []table) {
	var now *table
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "| ") {
			now = nil
			if strings.HasPrefix(line, "|---") && len(all) > 0 {
				now = &all[len(all)-1]
			}
			continue
		}
		fields := strings.Split(strings.Trim(line, "| "), " | ")
		for i := range fields {
			fields[i] = strings.TrimSpace(strings.ReplaceAll(fields[i], "\u00a0", " "))
		}
		if now == nil {
			all = append(all, table{heads: fields})
			now = &all[len(all)-1]
			continue
		}
		now.rows = append(now.rows, fields)
	}
	return all
}

var metricLink = regexp.MustCompile(`^\[.*\]\(#metric-([^)]*)\)$`)

// unit is the metric that a head links to; empty when it is none.
func unit(head string, units map[string]bool) string {
	m := metricLink.FindStringSubmatch(head)
	if m == nil {
		return ""
	}
	for u := range units {
		if strings.ToLower(strings.ReplaceAll(u, "/", "-")) == m[1] {
			return u
		}
	}
	return "?" + m[1]
}

// bare takes signs of doubt out of a field and puts its two lines beside each
// other.
func bare(field string) string {
	field = strings.ReplaceAll(field, " ⚠", "")
	return strings.ReplaceAll(field, "<br>", " / ")
}

// known are the units of all metrics that a record has.
func (r *record) known() map[string]bool {
	all := map[string]bool{}
	for _, x := range r.Trials {
		for u := range metrics(x) {
			all[u] = true
		}
		for u := range held(x) {
			all[u] = true
		}
	}
	return all
}

// Every number of the tables of a report's scenarios, and of what was measured
// beside predictions.
func TestReports(t *testing.T) {
	for _, run := range runs {
		r := load(t, run)
		data, err := os.ReadFile("../" + run + "/report.md")
		if err != nil {
			t.Fatal(err)
		}
		units, checked := r.known(), 0
		for _, s := range r.Scenarios {
			_, section, found := strings.Cut(string(data), "\n## "+s.Name+"\n")
			if !found {
				t.Errorf("%s: the report has no %s", run, s.Name)
				continue
			}
			section, _, _ = strings.Cut(section, "\n## ")
			for _, tb := range tables(section) {
				for _, row := range tb.rows {
					c := find(r.cells(s.Name), row[0])
					if c == nil {
						t.Errorf("%s: %s: there is no %q", run, s.Name, row[0])
						continue
					}
					for i, head := range tb.heads {
						u, k := unit(head, units), i
						if head == "metric" { // of a prediction: the metric is in the row
							u, k = unit(row[1], units), 2
						}
						if u == "" {
							continue
						}
						sum, ok := summarize(c, u)
						got := bare(row[k])
						if !ok && strings.HasPrefix(got, "–") {
							continue
						}
						if checked++; !ok || !sum.written(got, kind(u)) {
							t.Errorf("%s: %s: %s has %s %q, recomputed %q %v", run, s.Name, row[0], u, got, sum.field(kind(u)), ok)
						}
					}
				}
			}
		}
		if checked < 100 {
			t.Errorf("%s: only %d numbers", run, checked)
		}
	}
}

// find is the cell that a row is about.
func find(all []*cell, head string) *cell {
	for _, c := range all {
		name := c.name()
		if at := c.where(); at != "" {
			name += " · " + at
		}
		if name == bare(head) {
			return c
		}
	}
	return nil
}
