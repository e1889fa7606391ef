// Package loadgen drives one trial of one variant against one running server.
//
// A trial opens all clients, publishes events on a schedule, receives them on
// every client and closes. Everything is measured in one place, in front of
// the transports: a client's connection counts its bytes by kind and learns from
// the kernel when what it reads has arrived, package account turns receptions
// into latencies and accounts for every pair of event and client, and at both
// ends of the window each client takes its own books, with the counters of the
// link below it, at a moment when nothing is half done on it. Package ledger adds
// them up and says whether they balance; packages parse and clock read wire
// formats and the time.
//
// One file per transport says how that transport asks; the names are those of
// package servers. The package knows a server only by its address.
package loadgen
