// Package check finds out how a server behaves before anything is timed.
//
// [Run] asks one server over every transport that its dialect offers. It returns a table of
// facts, one sentence each. The package reads and writes the bytes of its connections itself,
// and keeps all of them. It does not use the load generator. The load is small: one client at
// a time, and some hundred small events. Two facts need more. Up to a thousand clients connect
// at once, to find out how many of them the server holds. Some mebibytes are sent to a client
// that does not read.
//
// The name of a fact is a transport, or publish, and one of these:
//
//	order        events come in order, each once: the numbers of a trial rest on it
//	head         the bytes of an answer's head, and when the head comes
//	framing      the bytes around an event of 64
//	chunks       how an event is cut into chunks
//	fragments    how a message is cut into frames
//	resume       what a client gets when it comes back with its cursor
//	late         what a client without a cursor gets when it comes after events
//	stale        what a client gets if the server does not know its cursor
//	origin       what a page of another origin can do
//	compression  whether the server compresses, and whether events still come at once
//	keep-alive   whether the connection is kept for the next request
//	silence      what the server sends while there are no events
//	end          what ends a stream, and whether its client is told to reconnect
//	complete     what an EventSource does when the server completes its stream, and what stops it
//	idle         when a connection without a request is closed
//	slow         what happens to a client that does not read, and to the server's memory
//	streams      how many clients the server holds at once
//	stop         how streams end when the server stops
//
// The last seven take a long wait or much data. The target file says how to ask for a stream
// that completes. The EventSource is that of npm's package eventsource. It runs if Node.js is
// installed, and if the environment variable PUSHBENCH_NPM names a directory in which the
// package is installed.
//
// [Basis] finds out order alone, for one transport.
package check
