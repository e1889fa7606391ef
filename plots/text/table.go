package text

// A Table is the twin of a figure, or a table of its own.
type Table struct {
	Columns []Column
	Rows    [][]Value // each as long as Columns
}

// A Column is the head of a table's column.
type Column struct {
	Title  string
	Number bool   // aligned to the right, digits of one width
	Link   string // the id of what explains it on the same page; empty: nothing does
}

// A Value is one field of a table.
type Value struct {
	Text      string
	Sign      string   // a sign before the text that tells what Tone tells, for those who see no color
	Tone      string   // how Sign and Text are colored: good, corrected, doubtful, alarming; empty: not at all
	Note      string   // the interval that belongs to it
	Lines     []string // further lines below it
	Link      string   // the id of what explains it on the same page; empty: nothing does
	Doubt     string   // why it is to be doubted; empty when it is not
	Doubtful  string   // which part is to be doubted, such as 3/10; empty: not told
	Alarming  bool     // the doubt is about the machine or a failure
	Transport string   // of the row; in its first field only
}

// Heads makes the heads of a table: text first, then numbers.
func Heads(text string, numbers ...string) []Column {
	cols := []Column{{Title: text}}
	for _, n := range numbers {
		cols = append(cols, Column{Title: n, Number: true})
	}
	return cols
}
