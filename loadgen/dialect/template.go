package dialect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Template is text with values in it: {event}, {topic}, {client}, {origin} and
// {cursor.NAME}. A value is put in as it is, or quoted:
//
//	{topic:form}     percent-encoded, for a query or a form
//	{event:quoted}   a JSON string, with its quotation marks
//	{event:escaped}  the inside of a JSON string, without them
//	{topic:raw}      as it is, where it would be percent-encoded
//
// Quotings can follow one another, as in {event:escaped:escaped}. All other text is
// as it stands, braces of JSON too. The zero value is the empty text. A Template is
// not changed and may be used concurrently.
type Template struct {
	text  string
	parts []part
}

// A part is literal text, or a value.
type part struct {
	literal string
	name    string // of a value; of a cursor with "cursor."
	quoting []quoting
}

// A quoting appends text to b, quoted.
type quoting func(b []byte, text []byte) []byte

// quotings are what may stand behind a value's name.
var quotings = map[string]quoting{
	"raw": appendRaw, "form": appendForm, "quoted": appendQuoted, "escaped": appendEscaped,
}

// The names of the values.
const (
	valueEvent  = "event"
	valueTopic  = "topic"
	valueClient = "client"
	valueOrigin = "origin"
	cursorDot   = "cursor."
)

// plainValues are those but cursors.
var plainValues = []string{valueEvent, valueTopic, valueClient, valueOrigin}

// Values are what the values of a template are in one request. The zero value of each
// is the empty text, but for Client.
type Values struct {
	Event   []byte
	Topic   string // of letters and digits, so that every server takes it; not used by an earlier run
	Client  int    // from 0
	Origin  string
	Cursors *Cursors // nil: there are none
}

// valueForm is what looks like a value. No JSON does: a name in JSON is in quotes.
var valueForm = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_.-]*(:[A-Za-z]*)*\}`)

// Parse reads a template. The error names the value or the quoting that does not exist.
func Parse(text string) (Template, error) { return parseTemplate(text, nil) }

// ParsePath reads the template of a request target, in which values are
// percent-encoded unless it says otherwise.
func ParsePath(text string) (Template, error) {
	switch {
	case !strings.HasPrefix(text, "/"):
		return Template{}, fmt.Errorf("the path %q does not begin with /", text)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '#' }):
		return Template{}, fmt.Errorf("the path %q has a character that must be percent-encoded", text)
	}
	return parseTemplate(text, []quoting{appendForm})
}

// Must is [ParsePath] for text that begins with a slash, otherwise [Parse]. It panics
// where they return an error: use it for text that stands in a program.
func Must(text string) Template {
	parse := Parse
	if strings.HasPrefix(text, "/") {
		parse = ParsePath
	}
	t, err := parse(text)
	if err != nil {
		panic(err)
	}
	return t
}

func parseTemplate(text string, usual []quoting) (Template, error) {
	t := Template{text: text}
	at := 0
	for _, m := range valueForm.FindAllStringIndex(text, -1) {
		if m[0] > at {
			t.parts = append(t.parts, part{literal: text[at:m[0]]})
		}
		at = m[1]
		words := strings.Split(text[m[0]+1:m[1]-1], ":")
		p := part{name: words[0], quoting: usual}
		if len(words) > 1 {
			p.quoting = nil
		}
		if !knownValue(p.name) {
			return Template{}, &Unknown{"value", p.name, append(slices.Clone(plainValues), cursorDot+"NAME")}
		}
		for _, w := range words[1:] {
			q := quotings[w]
			if q == nil {
				return Template{}, &Unknown{"quoting", w, []string{"raw", "form", "quoted", "escaped"}}
			}
			p.quoting = append(p.quoting, q)
		}
		t.parts = append(t.parts, p)
	}
	if at < len(text) {
		t.parts = append(t.parts, part{literal: text[at:]})
	}
	return t, nil
}

// An Unknown is a word of a template that stands for nothing.
type Unknown struct {
	What  string // value or quoting
	Word  string
	Known []string
}

// Error names the word, and those that there are.
func (u *Unknown) Error() string {
	return fmt.Sprintf("there is no %s %q: the %ss are %s", u.What, u.Word, u.What, strings.Join(u.Known, ", "))
}

func knownValue(name string) bool {
	cursor, of := strings.CutPrefix(name, cursorDot)
	return of && nameForm.MatchString(cursor) || slices.Contains(plainValues, name)
}

// nameForm is the name of a cursor.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// String is the text that t was read from.
func (t Template) String() string { return t.text }

// MarshalText is String.
func (t Template) MarshalText() ([]byte, error) { return []byte(t.text), nil }

// Empty reports whether t is the empty text.
func (t Template) Empty() bool { return t.text == "" }

// behind is t with literal text in front of it.
func (t Template) behind(text string) Template {
	return Template{text + t.text, append([]part{{literal: text}}, t.parts...)}
}

// Uses reports whether the value of that name is in t: event, or cursor.NAME.
func (t Template) Uses(name string) bool {
	return name != "" && slices.ContainsFunc(t.parts, func(p part) bool { return p.name == name })
}

// Append appends the text with the values in it to b. It allocates only what b grows by.
func (t Template) Append(b []byte, v *Values) []byte {
	for i := range t.parts {
		p := &t.parts[i]
		if p.name == "" {
			b = append(b, p.literal...)
			continue
		}
		b = p.append(b, v)
	}
	return b
}

func (p *part) append(b []byte, v *Values) []byte {
	quoting, begin := p.quoting, len(b)
	if len(quoting) > 0 && p.name == valueEvent { // the longest value by far is not copied first
		b, quoting = quoting[0](b, v.Event), quoting[1:]
	} else {
		b = v.append(b, p.name)
	}
	for _, q := range quoting {
		end := len(b)
		b = q(b, b[begin:end])
		b = b[:begin+copy(b[begin:], b[end:])]
	}
	return b
}

// append appends the value of that name as it is.
func (v *Values) append(b []byte, name string) []byte {
	switch name {
	case valueEvent:
		return append(b, v.Event...)
	case valueTopic:
		return append(b, v.Topic...)
	case valueClient:
		return strconv.AppendInt(b, int64(v.Client), 10)
	case valueOrigin:
		return append(b, v.Origin...)
	}
	if v.Cursors == nil {
		return b
	}
	return append(b, v.Cursors.Get(name[len(cursorDot):])...)
}
