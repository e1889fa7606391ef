package servers

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// compressionLevel is that of gzip and of permessage-deflate: the default of
// zlib and of package gzip. It is one for all transports. At the fastest level
// package flate takes nothing over from one event to the next when they are
// small.
const compressionLevel = 6

// A gzipper writes gzip and can be lent again. It has 0.8 MB: its window, and the
// tables in which it finds what came before.
type gzipper struct {
	*gzip.Writer
	to *redirected
}

// A redirected is where a gzipper writes at present.
type redirected struct{ io.Writer }

var gzippers = sync.Pool{New: func() any {
	to := &redirected{}
	gz, err := gzip.NewWriterLevel(to, compressionLevel)
	if err != nil {
		panic(err) // the level is one
	}
	return &gzipper{gz, to}
}}

// borrow returns a gzipper that writes to w until it is given back.
func borrow(w io.Writer) *gzipper {
	g := gzippers.Get().(*gzipper)
	g.to.Writer = w
	g.Reset(g.to)
	return g
}

func (g *gzipper) giveBack() {
	g.to.Writer = nil
	gzippers.Put(g)
}

// sayGzip has the head say that the body is coded. An answer that is not coded
// does without Vary: any client can read it, so that a cache may give it to all.
func sayGzip(h http.Header) {
	h["Content-Encoding"] = gzipCoding
	h["Vary"] = varyCoding
}

var (
	gzipCoding = []string{"gzip"}
	varyCoding = []string{"Accept-Encoding"}
)

// A flushWriter is where events are written; they leave with Flush.
type flushWriter interface {
	io.Writer
	Flush() error
}

// A gzipStream is a response that is compressed as one stream, which has a
// writer of its own for as long as it lasts. Flush ends a block at a byte's
// border, so that the client can decode all that was written: zlib calls it a
// sync flush (RFC 1951 section 3.2.4, a block of no bytes).
type gzipStream struct {
	*gzipper
	out flushWriter
}

func newGzipStream(out flushWriter) *gzipStream { return &gzipStream{borrow(out), out} }

// over has the stream go on over c, in chunks or not.
func (g *gzipStream) over(c *conn, chunks bool) {
	to := &gatherer{c: c, chunks: chunks}
	g.out = gathered{bufio.NewWriterSize(to, chunkSize), to}
	g.gzipper.to.Writer = g.out
}

// chunkSize is how much net/http makes a chunk of, when there is as much. A compressor writes
// in small pieces.
const chunkSize = 2048

// A gathered leaves in chunks, all at once.
type gathered struct {
	*bufio.Writer
	to *gatherer
}

func (g gathered) Flush() error {
	if err := g.Writer.Flush(); err != nil {
		return err
	}
	return g.to.Flush()
}

// Flush sends what was written.
func (g *gzipStream) Flush() error {
	if err := g.gzipper.Flush(); err != nil {
		return err
	}
	return g.out.Flush()
}

// end ends the stream. Its client may be gone.
func (g *gzipStream) end() {
	_ = g.Close()
	g.giveBack()
}

// finish is end for a stream over a conn; last is what ends the answer.
func (g *gzipStream) finish(last string) {
	g.end()
	out := g.out.(gathered)
	_ = out.Writer.Flush()
	out.to.buf = append(out.to.buf, last...)
	_ = out.to.Flush()
}

// bodies are buffers of compressed answers.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// writeGzip writes the events as one JSON array with the content coding gzip.
// All that brings events is coded, however small: whoever asks for compression
// is to see what it does to a small answer. The answer is complete before its
// first byte leaves, since its head has its length.
func (s *Server) writeGzip(w http.ResponseWriter, r *http.Request, events []*Event, f form) error {
	body := bodies.Get().(*bytes.Buffer)
	body.Reset()
	f.compress(body, events)
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Content-Length"] = []string{strconv.Itoa(body.Len())}
	sayGzip(h)
	var to io.Writer = w
	if body.Len() > batchSize { // as in writeArray
		to = newTimedWriter(w, r, s.o.WriteTimeout)
	}
	_, err := to.Write(body.Bytes())
	if body.Cap() <= 2*batchSize { // a large one is left to the collector
		bodies.Put(body)
	}
	return err
}

// compress writes the array to memory, so that it waits for nobody while it
// holds on to the events.
//
//go:noinline
func (f form) compress(body *bytes.Buffer, events []*Event) {
	gz := borrow(body)
	defer gz.giveBack()
	out := newBatch(gz)
	before := open
	for _, e := range events {
		out.add(before)
		f.addElement(&out, e)
		before = comma
	}
	out.add(shut)
	_ = out.end() // a buffer takes all
	_ = gz.Close()
}
