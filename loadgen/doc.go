// Package loadgen drives one trial of one variant against one running server.
//
// A trial opens all clients, publishes events on a schedule, receives them on
// every client and closes. Everything is measured in one place, in front of
// the transports: a client's connection counts its bytes by kind and stamps
// each read, the recorder turns receptions into latencies and accounts for
// every pair of event and client, and the marks read the kernel's counters
// and the processes' figures at both ends of the window.
//
// One file per transport says how that transport asks; the names are those of
// package servers. The package knows a server only by its address.
package loadgen
