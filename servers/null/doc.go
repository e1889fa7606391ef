//go:build linux

// Package null answers every transport with canned events, as fast as they are taken.
//
// It is what a load generator is measured against: its answers are those of
// package servers to the byte, and behind them is nothing, neither a Hub nor
// net/http, so that a client which takes all that it is given shows how much
// that is. It speaks what the clients of the load generator ask for and
// refuses the rest.
//
// Events are numbered for each connection, from 0 in the payload and from 1 in
// ids and cursors. A poll is answered at once with one event. Over HTTP/1.0,
// where each request has a connection of its own, and over HTTP/2, where clients
// may share one, events go on behind the cursor of the request. To a stream event
// k is written when the client has taken its first k events, so that exactly
// one event waits for each client and never two, which one read would return.
//
// Over HTTP/2 the frames of an answer are those of package servers, and those of
// the connection itself are the fewest that work.
//
// Credit: how many events a client has taken stands in memory that it shares
// with the server, a file of unsigned 64-bit words in the machine's byte order,
// which Options.Credit names. Each part begins on a cache line of its own, of
// 8 words:
//
//	word 0          written by the clients: how many events each may get; 0: none yet
//	word 8          written by the server: the value of word 0 that the pushing goes by
//	word 9          written by the server: events sent, on all connections since the start
//	word 10         written by the server: nanoseconds in which no client could be sent an event, while some were there
//	word 16 + 8·i   written by client i: how many events it has taken
//
// Which client a stream belongs to is told by the topic that it subscribes to,
// t0 for client 0. When a poll has had as many events as it may get it is
// answered that nothing is new.
package null
