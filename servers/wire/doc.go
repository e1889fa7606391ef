// Package wire is the contract that the servers and the load generator share.
//
// It names the transports and their variants, the routes, the parameters and
// headers, the payload that carries an event's sequence number, the frames of
// the tcp floor, and the two JSON documents that a server process writes: its
// ready line and its answer to GET /stats. It has no network code and imports
// nothing of this module.
package wire
