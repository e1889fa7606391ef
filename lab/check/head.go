package check

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
)

// A header is one line of a request.
type header struct{ name, value string }

// request is what is sent for r. Headers of with take the place of those of r.
func (p *prober) request(r *dialect.Request, v *dialect.Values, with []header) []byte {
	body := r.Body.Append(nil, v)
	b := append([]byte(r.Method), ' ')
	b = r.Path.Append(b, v)
	b = fmt.Appendf(b, " HTTP/1.1\r\nHost: %s\r\n", p.host())
	for _, h := range with {
		b = fmt.Appendf(b, "%s: %s\r\n", h.name, h.value)
	}
	for _, h := range r.Headers {
		value := string(h.Value.Append(nil, v))
		if value == "" || hasHeader(with, h.Name) {
			continue
		}
		b = fmt.Appendf(b, "%s: %s\r\n", h.Name, strings.Map(printed, value))
	}
	if len(body) > 0 || r.Method != http.MethodGet {
		b = fmt.Appendf(b, "Content-Length: %d\r\n", len(body))
	}
	return append(append(b, "\r\n"...), body...)
}

// printed makes a space of what would end a line: a value may come from the server.
func printed(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}

func hasHeader(with []header, name string) bool {
	for _, h := range with {
		if strings.EqualFold(h.name, name) {
			return true
		}
	}
	return false
}

// host is the Host header.
func (p *prober) host() string {
	if p.Dialect.Host != "" {
		return p.Dialect.Host
	}
	return p.Address
}

// An answer is the head of an answer.
type answer struct {
	http.Header
	status  int
	size    int   // bytes, without interim answers before it
	length  int64 // of the body; -1: it is not announced
	chunked bool
	closes  bool // the connection ends with the answer
}

// head reads the head of an answer, behind interim ones (RFC 9110 section 15.2). What
// has come of it by the limit is read again by the next call.
func (l *line) head(limit time.Time) (*answer, error) {
	for {
		text := l.rest()
		n := headSize(text)
		if n == 0 {
			if begin := "HTTP/1."; len(text) > 0 && !strings.HasPrefix(begin, string(text[:min(len(text), len(begin))])) {
				return nil, fmt.Errorf("the answer is not HTTP/1.1: %s", parse.Excerpt(text))
			}
			switch err := l.fill(limit); {
			case err == errClosed && len(text) > 0:
				return nil, fmt.Errorf("the answer ends within its head: %s", parse.Excerpt(text))
			case err != nil:
				return nil, err
			}
			continue
		}
		res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(text[:n])), nil)
		if err != nil {
			return nil, fmt.Errorf("the head of the answer cannot be read: %s", parse.Excerpt(text[:n]))
		}
		res.Body.Close()
		l.taken += n
		if res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		a := &answer{Header: res.Header, status: res.StatusCode, size: n, length: res.ContentLength, closes: res.Close}
		a.chunked = len(res.TransferEncoding) > 0
		if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
			a.length, a.chunked = 0, false
		}
		return a, nil
	}
}

// headSize is how long the head is that text begins with; 0: it is not complete.
func headSize(text []byte) int {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(text, []byte(end)); i >= 0 {
			return i + len(end)
		}
	}
	return 0
}

// An unwanted is an answer with a status that says no.
type unwanted struct {
	status int
	text   string
}

func (u *unwanted) Error() string { return u.text }

// refusal is the error of an answer whose status is none that was wanted. Text is the
// beginning of its body.
func (a *answer) refusal(text []byte) error {
	to := a.Get("Location")
	switch a.status {
	case 301, 302, 303, 307, 308:
		return &unwanted{a.status, fmt.Sprintf("the server redirects to %s (status %d), and redirects are not followed: give the target that address",
			parse.Excerpt([]byte(to)), a.status)}
	}
	u := &unwanted{a.status, "the answer has status " + strconv.Itoa(a.status)}
	if len(bytes.TrimSpace(text)) > 0 {
		u.text += ": " + parse.Excerpt(text)
	}
	return u
}

// encoded is the error of an answer that is compressed though nobody asked for that.
func (a *answer) encoded() error {
	if e := a.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return fmt.Errorf("the answer is encoded with %s, which was not asked for", parse.Excerpt([]byte(e)))
	}
	return nil
}

// media is the media type of the body, in lower case and without parameters.
func (a *answer) media() string {
	media, _, _ := strings.Cut(a.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// page is an error for an answer that is a page for people, which servers send for a
// path that they do not know.
func (a *answer) page(text []byte) error {
	if a.media() != "text/html" || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return nil
	}
	return fmt.Errorf("the answer with status %d is a page (text/html), so that the path may be wrong: %s", a.status, parse.Excerpt(text))
}
