package text

import (
	"slices"
	"strings"
)

// A Row is one line of a table.
type Row struct {
	Name   string
	Ink    string  // of the name
	Fields []Field // one for each head; nil: the name is a heading of the rows below
}

// A Field is one value of a row.
type Field struct {
	Text string
	Sign string // right behind the text; the text of other rows stays aligned
}

// Table writes rows of values, aligned to the right, in as many blocks one
// under the other as the width asks for.
func (s *Screen) Table(heads []string, rows []Row) {
	heads, rows = tame(heads, rows)
	texts, widths, all := fields(heads, rows)
	name, gap := 0, 2
	for _, r := range rows {
		if r.Fields != nil {
			name = max(name, Width(r.Name)+1)
		}
	}
	if name+all+gap*len(heads) > s.Width {
		gap = 1
	}
	name = min(name, max(s.Width*2/5, s.Width-all-gap*len(heads)))
	for from := 0; from < len(heads); {
		to, end := from, name
		for to < len(heads) && (to == from || end+gap+widths[to] <= s.Width) {
			end += gap + widths[to]
			to++
		}
		s.block(name, gap, widths[from:to], heads[from:to], func(row int) []string { return texts[row][from:to] }, rows)
		from = to
	}
}

// tame returns heads and rows with all their text harmless.
func tame(heads []string, rows []Row) ([]string, []Row) {
	outHeads, outRows := make([]string, len(heads)), make([]Row, len(rows))
	for i, h := range heads {
		outHeads[i] = harmless(h)
	}
	for i, r := range rows {
		r.Name = harmless(r.Name)
		fields := slices.Clone(r.Fields)
		for j, f := range r.Fields {
			fields[j] = Field{harmless(f.Text), harmless(f.Sign)}
		}
		r.Fields = fields
		outRows[i] = r
	}
	return outHeads, outRows
}

// block writes the columns of a table that fit beside one another.
func (s *Screen) block(name, gap int, widths []int, heads []string, texts func(row int) []string, rows []Row) {
	line := func(texts []string) (out string) {
		for i, t := range texts {
			out += right(t, gap+widths[i])
		}
		return out
	}
	for _, part := range stacked(heads, widths) {
		s.end(s.paint(strings.Repeat(" ", name)+line(part), Strong))
	}
	for i, r := range rows {
		if r.Fields == nil {
			s.end(s.paint(cut(r.Name, s.Width), r.Ink))
			continue
		}
		label := cut(r.Name, name-1)
		s.end(s.paint(label, r.Ink) + strings.Repeat(" ", name-Width(label)) + line(texts(i)))
	}
}

// stacked returns heads in lines, broken between words so that each fits its
// column; the last lines stand next to the rows.
func stacked(heads []string, widths []int) [][]string {
	var lines [][]string
	for i, h := range heads {
		at := 0 // lines from the bottom
		words := strings.Split(h, " ")
		for end := len(words); end > 0; at++ {
			from := end - 1
			for from > 0 && Width(strings.Join(words[from-1:end], " ")) <= widths[i] {
				from--
			}
			if at == len(lines) {
				lines = append(lines, make([]string, len(heads)))
			}
			lines[at][i] = strings.Join(words[from:end], " ")
			end = from
		}
	}
	slices.Reverse(lines)
	return lines
}

// fields returns what stands in the rows, the width of each column and that of
// all. A head over a column with marks stands over its texts.
func fields(heads []string, rows []Row) (texts [][]string, widths []int, all int) {
	texts, widths = make([][]string, len(rows)), make([]int, len(heads))
	for i, h := range heads {
		mark := 0
		for _, r := range rows {
			if r.Fields != nil {
				mark = max(mark, Width(r.Fields[i].Sign))
			}
		}
		for j, r := range rows {
			if r.Fields == nil {
				continue
			}
			f := r.Fields[i]
			texts[j] = append(texts[j], f.Text+f.Sign+strings.Repeat(" ", mark-Width(f.Sign)))
			widths[i] = max(widths[i], Width(texts[j][i]))
		}
		for word := range strings.SplitSeq(h, " ") {
			widths[i] = max(widths[i], Width(word))
		}
		all += widths[i]
	}
	return texts, widths, all
}
