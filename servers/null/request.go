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
	etag  bool   // an entity tag is asked for
	head  []byte // all of it, for header
}

// parseRequest reads a whole head, its empty line included (RFC 9112 sections
// 3 and 5).
func parseRequest(head []byte) (request, error) {
	line, _, _ := bytes.Cut(head, []byte("\r\n"))
	method, rest, ok := bytes.Cut(line, []byte(" "))
	target, version, more := bytes.Cut(rest, []byte(" "))
	if !ok || !more || !bytes.HasPrefix(version, []byte("HTTP/1.")) {
		return request{}, fmt.Errorf("not an HTTP/1.1 request line: %.40q", line)
	}
	if string(method) != "GET" {
		return request{}, fmt.Errorf("the null server is asked with GET, not %.20q", method)
	}
	r := request{head: head}
	var query []byte
	r.path, query, _ = bytes.Cut(target, []byte("?"))
	for len(query) > 0 {
		var pair []byte
		pair, query, _ = bytes.Cut(query, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		switch string(name) {
		case wire.ParamTopic:
			r.topic = value
		case wire.ParamETag:
			r.etag = len(value) > 0
		}
	}
	return r, nil
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

// clientOf reads which client subscribes to a topic: t7 is client 7.
func clientOf(topic []byte) (int, error) {
	digits, ok := bytes.CutPrefix(topic, []byte("t"))
	n, err := strconv.ParseUint(string(digits), 10, 31)
	if !ok || err != nil {
		return 0, fmt.Errorf("topic %.32q names no client: t0 is the first one's", topic)
	}
	return int(n), nil
}
