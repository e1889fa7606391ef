package loadgen

import (
	"context"

	"pushbench/loadgen/parse"
	"pushbench/servers/wire"
)

// An httpExchange carries a client's requests and their answers, one after the
// other, by one version of HTTP. It belongs to the goroutine that has the client.
type httpExchange interface {
	// send sends a request for the events behind a cursor, and counts and books it.
	send(ctx context.Context, after cursor) error

	// receive reads and books the head of the answer to what was sent.
	receive(ctx context.Context) (parse.Response, body, error)

	// flush books what was read and is of no message. No more is read.
	flush()
}

// A body is what follows the head of an answer. Whoever reads it books it, since
// he knows what kinds it is of.
type body interface {
	// whole reads all of it, or with an error what there is. The text is valid
	// until finish or the next request.
	whole() ([]byte, error)

	// beginning is as much of it as an error quotes.
	beginning() []byte

	// feed is for an answer without end: its pieces go to take, which may not keep
	// them. Behind says that more has been read than the piece and its end.
	feed(take func(piece []byte, behind bool) error) (feed, error)

	// finish ends the exchange, whose answer has been read.
	finish() error
}

// A feed is an answer without end.
type feed interface {
	// receive reads a piece and hands it on, with those of the clients that share
	// the connection. It does not return before it has read something.
	receive() error

	// buffered reports whether receive would not wait.
	buffered() bool

	// endPiece books the end of the piece that was handed on last, if it has come:
	// it belongs to what the piece carried.
	endPiece()

	// rest reports whether all that was read has been handed on.
	rest() bool
}

// A connector opens a client's exchange. The first request has the parameters
// first, all others have the parameters later.
type connector func(ctx context.Context, c *client, first, later string) (httpExchange, error)

// newConnector returns what opens exchanges by the variant's version of HTTP.
func newConnector(o *Options, d *dialer) connector {
	if o.Variant.Word(wire.HTTP) != "2" {
		return connectHTTP1(o, d)
	}
	connect := connectHTTP2(o, d)
	return func(ctx context.Context, c *client, first, later string) (httpExchange, error) {
		x, err := connect(ctx, c, first, later)
		if err != nil {
			return nil, err
		}
		return x, nil
	}
}
