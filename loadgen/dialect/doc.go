// Package dialect is how a server that is not pushbench's own is spoken to: where
// its clients subscribe, how an event is published, and how an answer is read.
//
// A [Dialect] is a plain value. [Dialect.Prepare] fills in what is left out and says
// what is wrong. A server with a plain event stream needs two lines:
//
//	dialect.Dialect{
//		Publish: dialect.Publish{Request: dialect.Request{Path: dialect.Must("/publish")}},
//		SSE:     &dialect.SSE{Request: dialect.Request{Path: dialect.Must("/events")}},
//	}
//
// No rule says where in a message the event stands. The payload of each event has a
// [Marker] that no quoting changes, and that is found wherever a server puts it: in
// an envelope, in a JSON string in JSON, in an array, in a part of a stream.
//
// What differs from one request to the next is a [Template]: the event, the topic,
// and the values of [Cursors], which come from a header or by a [Pointer] out of the
// body of the last answer.
package dialect
