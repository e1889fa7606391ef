// Package check finds out how a server behaves before anything is timed.
//
// [Run] asks one server over every transport that its dialect offers, and returns a
// table of facts, one sentence each. Everything is found out by hand, byte by byte, over
// connections of which all bytes are kept; nothing of the load generator takes part. The
// load is small: one client at a time and some hundred small events. To see how many
// clients the server holds there are up to a thousand at once, and to see what becomes of
// one that does not read, a few mebibytes.
//
// The name of a fact is a transport, or publish, and one of these:
//
//	order        events come in order, each once: the numbers of a trial rest on it
//	head         the bytes of an answer's head, and when it comes
//	framing      the bytes around an event of 64
//	chunks       how an event is cut into chunks
//	fragments    how a message is cut into frames
//	resume       what a client gets that was away, and comes back with its cursor
//	late         what a client gets that comes after events, and has no cursor
//	stale        what a client gets whose cursor the server does not know
//	origin       what a page of another origin can do
//	compression  whether the server compresses, and whether events still come at once
//	keep-alive   whether the next request finds the connection
//	silence      what comes while there are no events
//	end          what ends a stream, and whether its client is told to come back
//	complete     what an EventSource does when the server completes its stream, and what stops it
//	idle         when a connection without a request is closed
//	slow         what becomes of a client that does not read, and of the server's memory
//	streams      how many clients the server holds at once
//	stop         how streams end when the server does
//
// The last seven take a long wait or much data. What complete asks for is in the target's file. The
// EventSource is that of npm's package eventsource, which Node.js runs if both are there: the
// environment variable PUSHBENCH_NPM names a directory in which the package is installed.
//
// [Basis] finds out order alone, for one transport.
package check
