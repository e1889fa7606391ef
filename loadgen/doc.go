// Package loadgen drives one trial of one variant against one running server.
//
// A trial opens all clients, publishes events on a schedule, receives them on
// every client, and closes. Everything is measured in one place, below the
// transports. The connection of a client counts its bytes by kind. The kernel
// tells it when the bytes arrived. Package account turns receptions into
// latencies, and accounts for every pair of event and client. At both ends of the
// window each client saves its counts, with the counters of the link below it, at
// a moment when no message is under way. Package ledger adds them up and says
// whether they balance. Package parse reads wire formats, and package clock the
// time.
//
// One file per transport says how that transport asks; the names are those of
// package servers. The package knows a server only by its address.
//
// A server that is not ours is spoken to in its dialect (package dialect), by the
// files whose names begin with that word. A listener finds the events in what the
// server says, wherever they stand: what surrounds a payload is framing, and what has
// none is other framing. Before the schedule begins, events that are in no figure
// prove that each client's subscription is made.
package loadgen
