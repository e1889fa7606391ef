// Package broker starts what carries events between the nodes of a server: Redis, as Debian has
// it, or a NATS server that is a part of this program.
package broker
