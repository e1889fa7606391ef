package dialect

import (
	"bytes"
	"unicode/utf8"
)

const hexDigits = "0123456789ABCDEF"

// appendForm percent-encodes all but the unreserved characters of RFC 3986 section
// 2.3. So the text can stand in a path, a query and a form.
func appendForm(b, text []byte) []byte {
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~':
			b = append(b, c)
		default:
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return b
}

// appendQuoted makes a JSON string of text.
func appendQuoted(b, text []byte) []byte {
	b = append(b, '"')
	b = appendEscaped(b, text)
	return append(b, '"')
}

// appendEscaped makes the inside of a JSON string (RFC 8259 section 7). A byte that is
// not UTF-8 becomes U+FFFD.
func appendEscaped(b, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(text[i:])
			b, i = utf8.AppendRune(b, r), i+n
			continue
		}
		i++
		switch {
		case c == '"', c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}

func appendRaw(b, text []byte) []byte { return append(b, text...) }

// Quotation is the end of text, as it begins a string: a quotation mark, and what quotes
// that. Where a server repeats an event right behind itself in another form, such as a
// quoted text, the two have different quotations before them.
func Quotation(text []byte) []byte {
	return text[len(bytes.TrimRight(text, "\"\\")):]
}
