package loadgen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// appendRequest appends a request to b, and returns how many bytes of it are its body.
// scratch is for the body, and extra headers give way to those of the dialect.
func (f *interpreter) appendRequest(b []byte, scratch *[]byte, extra []header, r *dialect.Request,
	v *dialect.Values) (_ []byte, body int) {
	*scratch = r.Body.Append((*scratch)[:0], v)
	b = append(append(b, r.Method...), ' ')
	b = r.Path.Append(b, v)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(append(b, f.host...), "\r\n"...)
	for _, h := range extra {
		if !names(r, h.name) {
			b = append(append(append(append(b, h.name...), ": "...), h.value...), "\r\n"...)
		}
	}
	for i := range r.Headers {
		b = appendHeader(b, &r.Headers[i], v)
	}
	if len(*scratch) > 0 || r.Method != "GET" {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, int64(len(*scratch)), 10)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	return append(b, *scratch...), len(*scratch)
}

// appendHeader appends a header line, unless its value is empty. What would end the
// line becomes a space: a value may come from the server.
func appendHeader(b []byte, h *dialect.Header, v *dialect.Values) []byte {
	before := len(b)
	b = append(append(b, h.Name...), ": "...)
	from := len(b)
	if b = h.Value.Append(b, v); len(b) == from {
		return b[:before]
	}
	for i := from; i < len(b); i++ {
		if b[i] < ' ' {
			b[i] = ' '
		}
	}
	return append(b, "\r\n"...)
}

// names reports whether r has a header of that name.
func names(r *dialect.Request, name string) bool {
	for i := range r.Headers {
		if strings.EqualFold(r.Headers[i].Name, name) {
			return true
		}
	}
	return false
}

// writeRequest sends a request of which the last bytes, so many, are the body.
func (p *pipe) writeRequest(request []byte, body int) error {
	err := p.write(results.Head, request)
	if err == nil {
		p.sent(results.Head, -body)
		p.sent(results.Framing, body)
	}
	return err
}

// lastHead is the head that readResponse has just read. It is valid until the next read.
func (p *pipe) lastHead(res parse.Response) []byte { return p.buf[p.r-res.Size : p.r] }

// eachHeader calls header for each header line of a head.
func eachHeader(head []byte, header func(name, value []byte)) {
	_, head, _ = bytes.Cut(head, []byte("\r\n"))
	for {
		line, rest, _ := bytes.Cut(head, []byte("\r\n"))
		if len(line) == 0 {
			return
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok {
			header(name, bytes.Trim(value, " \t"))
		}
		head = rest
	}
}

// redirected is an error that says where an answer that was just read redirects to: a
// client that followed would measure two servers, or two requests for one.
func redirected(p *pipe, res parse.Response) error {
	to := ""
	eachHeader(p.lastHead(res), func(name, value []byte) {
		if bytes.EqualFold(name, []byte("Location")) {
			to = string(value)
		}
	})
	return redirection(res.Status, to)
}

// redirection is the error for an answer with that status and Location.
func redirection(status int, to string) error {
	switch status {
	case 301, 302, 303, 307, 308:
		return fmt.Errorf("the server redirects to %s (status %d), and redirects are not followed: "+
			"give the target that address", parse.Excerpt([]byte(to)), status)
	}
	return nil
}

// untilClose is res, whose body ends with the connection where nothing else says when
// (RFC 9112 section 6.3).
func untilClose(res parse.Response) parse.Response {
	if !res.Chunked && res.Length < 0 {
		res.Length, res.Closes = endless, true
	}
	return res
}

// endless is the length of a body that ends with the connection.
const endless = 1 << 62

// readAll reads the body of an answer whatever ends it, or with an error what there is
// of it. It is valid until the next read and not yet booked.
func (p *pipe) readAll(res parse.Response) (text []byte, err error) {
	if res.Length != endless {
		return p.readBody(res)
	}
	for {
		text = append(text, p.buf[p.r:p.w]...)
		p.r = p.w
		if len(text) > maxBuffer {
			return text, errTooLong
		}
		if err := p.fill(); errors.Is(err, io.ErrUnexpectedEOF) {
			return text, nil
		} else if err != nil {
			return text, err
		}
	}
}

// page is an error for an answer that is a page for people, which servers send for a
// path that they do not know, with status 200.
func page(res parse.Response, text []byte) error {
	if !strings.EqualFold(res.Media, "text/html") || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return nil
	}
	return fmt.Errorf("the answer with status %d is a page without an event (text/html), "+
		"so that the path may be wrong: %s", res.Status, parse.Excerpt(text))
}
