// Package path joins two network namespaces by a link of given delay, jitter,
// rate and loss.
//
// The namespaces and all that is in them have no name on the machine and
// vanish with the process, whatever ends it. It needs Linux and root, and
// touches nothing of the machine's own network.
package path
