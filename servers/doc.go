// Package servers answers one stream of events over every transport.
//
// A Hub numbers the events of each topic from 1 and keeps a bounded history.
// Every transport is one file over that Hub and differs from the others only
// in how it writes: polling.go, longpoll.go, sse.go, websocket.go, and tcp.go,
// the floor. The rules below hold on all of them.
//
// Cursor: the number of the last event that a client has. A request carries it
// as the after parameter or as the Last-Event-ID header; the header wins,
// because an EventSource that reconnects repeats the address it was made with.
// No cursor asks for new events only, cursor 0 for all there are. A cursor may
// bear the epoch of the server that its number is of (wire.HeaderCursor).
//
// Gap: when events after the cursor are no longer in the history the client
// is told so, in the way that package wire documents for its transport. So it
// is when the cursor is ahead of the newest event, or of another epoch: the
// server was started again since and its numbers mean other events.
//
// Slow clients: there is no queue per client. A client's backlog is the
// history that it has not read, so it is bounded for all of them at once: it is
// written a piece at a time, and nothing waits in between. One that falls out
// of the history is told of the gap: polls and SSE go on from the oldest event,
// WebSocket and tcp are closed and counted as slow, and so is a poll whose
// answer is cut off in its middle. One that takes no bytes at all for
// Options.WriteTimeout is disconnected and counted as slow on every transport.
//
// Fan-out: a topic has a pump for each core at most, which writes each event to one client
// after the other. Only while a client does not take what is written at once does it
// have a goroutine of its own, and the pump goes on without it: see pump and gate. A client
// that waits costs its server one goroutine, which reads from it. Each event is encoded once.
// All of this is the same for long-polling, SSE, WebSocket and tcp, with TLS and without:
// net/http answers the first request of a connection, or begins to, and lets go of it. From then
// on a poller answers the polls of the connection, and gives it back to net/http for any other
// request. Over HTTP/2 net/http answers all requests, so that a stream has a pump of its own.
//
// WebSocket over HTTP/2 (RFC 8441) is offered by a process that was started with the
// value of GODEBUG that wire.Tunneling returns: net/http has no other switch. Everything
// holds as over HTTP/1.1.
//
// Heartbeats: an open stream that carried nothing for a whole heartbeat
// carries a heartbeat; a client hears something at least every two.
//
// Nodes: with Options.Backplane a server is one of several that have the same
// events. The backplane numbers them, and all that is published here goes through
// it before anybody sees it. Where it loses events, the history is dropped, so that
// clients are told of a gap as above.
package servers
