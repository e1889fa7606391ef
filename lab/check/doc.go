// Package check finds out how a server behaves before anything is timed.
//
// [Run] asks one server over every transport that its dialect offers, and returns a
// [Table] of facts, one sentence each: whether events come in order, what a client gets
// that comes back, what is sent in silence, what an event costs on the wire. Each fact is
// found out by hand, byte by byte, over a connection of which all bytes are kept; nothing
// of the load generator takes part. The load is small: a few clients, and some hundreds of
// events.
//
// [Basis] is the part that the numbers of a trial rest on.
package check
