package dialect

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// A Marker numbers the events of one run. The event numbered 12 of the run 7f3a has
// ev.7f3a.12. in it: letters, digits and dots, which no quoting changes. Make one with
// NewMarker. It is not changed and may be used concurrently.
type Marker struct {
	begin []byte // up to the number: ev.7f3a.
	head  []byte // of a payload, up to the number
}

// Limits of a payload in bytes, of a run's name, and of a number.
const (
	MinPayload = 32
	MaxRun     = 8
	MaxNumber  = 99_999_999_999
)

const (
	payloadHead = `{"d":"`
	payloadTail = `"}`
	maxDigits   = 11
	padding     = "the-quick-brown-fox-jumps-over-the-lazy-dog-PACK-MY-BOX-WITH-FIVE-DOZEN-"
)

var runForm = regexp.MustCompile(`^[A-Za-z0-9]{1,` + strconv.Itoa(MaxRun) + `}$`)

// NewMarker returns the marker of a run. Its name has letters and digits only, and is
// not that of a run whose events the server may still have.
func NewMarker(run string) (Marker, error) {
	if !runForm.MatchString(run) {
		return Marker{}, fmt.Errorf("the run %q is not 1 to %d letters and digits", run, MaxRun)
	}
	begin := "ev." + run + "."
	return Marker{[]byte(begin), []byte(payloadHead + begin)}, nil
}

// AppendPayload appends the payload of the event with that number to b: a JSON object
// of exactly size bytes, all of them ASCII, with the marker in a string. Number 0 is
// of events that only find out whether a subscription is made. It panics when size is
// less than MinPayload or the number more than MaxNumber.
func (m Marker) AppendPayload(b []byte, number uint64, size int) []byte {
	if size < MinPayload || number > MaxNumber {
		panic(fmt.Sprintf("dialect: payload of %d bytes for number %d", size, number))
	}
	end := len(b) + size - len(payloadTail)
	b = append(b, m.head...)
	b = strconv.AppendUint(b, number, 10)
	b = append(b, '.')
	for at := int(number % uint64(len(padding))); len(b) < end; at = 0 {
		b = append(b, padding[at:min(len(padding), at+end-len(b))]...)
	}
	return append(b, payloadTail...)
}

// Padded reports whether text, which follows the marker of the event with that number, is
// the payload's rest: otherwise the marker is only a name by which a server calls the
// event. Two bytes tell, so that a payload has to have two between its marker and its
// end.
func Padded(text []byte, number uint64) bool {
	at := int(number % uint64(len(padding)))
	for i := range 2 {
		if i == len(text) || text[i] != padding[(at+i)%len(padding)] {
			return false
		}
	}
	return true
}

// A Found is what Next has found.
type Found int

// None: text has no marker. Whole: it has one. Cut: it ends within what may become one.
const (
	None Found = iota
	Whole
	Cut
)

// Next finds the first marker of m in text. Whole, the marker is text[begin:end], and
// the next is looked for in text[end:]. Cut, what comes next belongs to text[begin:];
// where a message ends so, it has no more markers. A server may call an event by its
// marker without its payload: see [Padded].
func (m Marker) Next(text []byte) (number uint64, begin, end int, found Found) {
	for at := 0; ; at = begin + 1 {
		i := bytes.Index(text[at:], m.begin)
		if i < 0 {
			break
		}
		begin = at + i
		number, end, found = digits(text, begin+len(m.begin))
		if found != None {
			return number, begin, end, found
		}
	}
	for n := min(len(m.begin)-1, len(text)); n > 0; n-- {
		if bytes.HasSuffix(text, m.begin[:n]) {
			return 0, len(text) - n, len(text), Cut
		}
	}
	return 0, 0, 0, None
}

// digits reads a number and the dot behind it.
func digits(text []byte, at int) (number uint64, end int, found Found) {
	first := at
	for ; at < len(text) && text[at]-'0' <= 9; at++ {
		if at-first == maxDigits || at > first && number == 0 {
			return 0, 0, None
		}
		number = number*10 + uint64(text[at]-'0')
	}
	switch {
	case at == len(text):
		return 0, at, Cut
	case at > first && text[at] == '.':
		return number, at + 1, Whole
	}
	return 0, 0, None
}
