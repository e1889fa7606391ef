// Package parse reads the wire formats of what servers send: heads of HTTP/1.1
// answers, event streams, JSON arrays, WebSocket frames, TLS records.
//
// Nothing here reads from a connection or keeps a ledger: bytes go in, split
// anywhere where that says so, and what they are comes out.
package parse
