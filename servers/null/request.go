//go:build linux

package null

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"pushbench/servers/wire"
)

// maxHead is the most bytes of a request's head, and of a tcp client's line.
const maxHead = 8 << 10

// A request is what the server looks at. Its slices are the head's.
type request struct {
	path  []byte
	topic []byte
	after []byte // the number of the last event that the client has; nil: it does not say
	match []byte // of HTTP/2: the header If-None-Match; nil: there is none
	etag  bool   // an entity tag is asked for
	once  bool   // the connection ends with the answer: HTTP/1.0
	head  []byte // all of it, for header
}

// parseRequest reads a whole head, its empty line included (RFC 9112 sections
// 3 and 5).
func parseRequest(head []byte) (request, error) {
	line, _, _ := bytes.Cut(head, []byte("\r\n"))
	method, rest, ok := bytes.Cut(line, []byte(" "))
	target, version, more := bytes.Cut(rest, []byte(" "))
	if !ok || !more || !bytes.HasPrefix(version, []byte("HTTP/1.")) {
		return request{}, fmt.Errorf("not a request line of HTTP/1.1 or 1.0: %.40q", line)
	}
	if string(method) != "GET" {
		return request{}, fmt.Errorf("the null server is asked with GET, not %.20q", method)
	}
	r := parseTarget(target)
	r.head, r.once = head, string(version) == "HTTP/1.0"
	return r, nil
}

// parseTarget reads the target of a request.
func parseTarget(target []byte) (r request) {
	var query []byte
	r.path, query, _ = bytes.Cut(target, []byte("?"))
	for len(query) > 0 {
		var pair []byte
		pair, query, _ = bytes.Cut(query, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		switch string(name) {
		case wire.ParamTopic:
			r.topic = value
		case wire.ParamAfter:
			r.after = value
		case wire.ParamETag:
			r.etag = len(value) > 0
		}
	}
	return r
}

// header returns the value of the first header of that name, nil when there
// is none.
func (r request) header(name string) []byte {
	_, rest, _ := bytes.Cut(r.head, []byte("\r\n"))
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		key, value, ok := bytes.Cut(line, []byte(":"))
		if ok && len(key) == len(name) && strings.EqualFold(string(key), name) {
			return bytes.Trim(value, " \t")
		}
	}
	return nil
}

// noneMatch is the header If-None-Match; nil: there is none.
func (r request) noneMatch() []byte {
	if r.match != nil {
		return r.match
	}
	return r.header("If-None-Match")
}

// had is how many events the client has, as the request says.
func (r request) had() uint64 {
	number := r.after
	if r.etag {
		number = bytes.Trim(r.noneMatch(), `"`)
	}
	n, _ := strconv.ParseUint(string(number), 10, 64) // who says nothing has none
	return n
}

// version is how an answer to the request begins.
func (r request) version() string {
	if r.once {
		return "HTTP/1.0 "
	}
	return "HTTP/1.1 "
}

// clientOf reads which client subscribes to a topic: t7 is client 7.
func clientOf(topic []byte) (int, error) {
	digits, ok := bytes.CutPrefix(topic, []byte("t"))
	n, err := strconv.ParseUint(string(digits), 10, 31)
	if !ok || err != nil {
		return 0, fmt.Errorf("topic %.32q names no client: t0 is the first one's", topic)
	}
	return int(n), nil
}
