package servers

import (
	"bytes"
	"net/http"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

var (
	lineEnd  = []byte("\r\n")
	lineEnds = []byte("\r\n\r\n")
)

// bare reports whether a line ends without a carriage return.
func bare(b []byte) bool {
	for i := bytes.IndexByte(b, '\n'); i >= 0; {
		if i == 0 || b[i-1] != '\r' {
			return true
		}
		next := bytes.IndexByte(b[i+1:], '\n')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// parseFields reads header fields and the blank line behind them as net/http does (RFC 9112
// section 5). It returns false when there is one that says more about the connection or the
// request than that it has no body, when there is not one Host, and when one is wrong.
func parseFields(fields []byte) (header http.Header, host string, ok bool) {
	header = make(http.Header)
	hosts := 0
	for len(fields) > len(lineEnd) {
		var line []byte
		line, fields, _ = bytes.Cut(fields, lineEnd)
		before, behind, found := bytes.Cut(line, []byte(":"))
		name, value := string(before), strings.Trim(string(behind), " \t")
		if !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return nil, "", false
		}
		switch name = textproto.CanonicalMIMEHeaderKey(name); name {
		case "Host":
			hosts++
			host = value
		case "Connection":
			if !strings.EqualFold(value, "keep-alive") {
				return nil, "", false
			}
			header[name] = append(header[name], value)
		case "Content-Length", "Transfer-Encoding", "Trailer", "Te", "Expect", "Upgrade":
			return nil, "", false
		default:
			header[name] = append(header[name], value)
		}
	}
	return header, host, hosts == 1
}
