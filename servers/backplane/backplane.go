// Package backplane carries events between the nodes of one server.
//
// A client may be at any node, and its events may be published at another. All nodes have
// all events, with the same numbers, because one place numbers them: not a node, which may
// die, but the backplane. Each topic is numbered on its own, from 1.
//
// A node gets the events of a topic in the order of their numbers. Where one number does not
// follow the other, the events between are lost to that node, and it says so to its clients.
//
// When a backplane has lost its numbers, because it was started again and keeps nothing, the
// nodes tell it theirs, and it goes on far above them (Jump): no number is given twice, and
// each client is told of a gap. When no node is left either, the numbers begin with 1, and
// the epoch is another.
package backplane

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// A Backplane is how one node reaches the others. Its methods may be called concurrently.
type Backplane interface {
	// Epoch tells the numbers of these nodes from those of others: 8 hexadecimal digits.
	Epoch() string

	// Publish gives payload the next number of its topic, and the event to all nodes, this
	// one included. With an error it is not known whether it has done so. It does not
	// keep payload, which is not empty and has no line feed.
	Publish(ctx context.Context, topic string, payload []byte) (number uint64, err error)

	// Receive gives the node what comes until ctx is done. The calls never overlap. It
	// connects again by itself. The error is nil when ctx is done; any other is for good.
	Receive(ctx context.Context, to Node) error
}

// A Node takes what the backplane brings.
type Node interface {
	// Place takes the event of a topic that has the number. It owns payload.
	Place(topic string, number uint64, payload []byte)

	// Lose says that the events of a topic up to a number, this one included, do not come
	// any more, unless they have come before.
	Lose(topic string, number uint64)

	// Joined says that everything that was published before Receive was called has come or
	// was lost. It is called once each time that the node has connected.
	Joined()
}

// Jump is how far above the highest number known the numbers of a topic go on when the
// backplane has lost them: more than any node can be ahead of another.
const Jump = 1 << 20

// NewEpoch returns an epoch at random.
func NewEpoch() string { return fmt.Sprintf("%08x", rand.Uint32()) }

// DefaultName is that of servers that are given none.
const DefaultName = "pushbench"

var nameForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Named takes from the address of a backplane the name behind its last #, which tells
// servers apart that share the backplane, and DefaultName where there is none.
func Named(address string) (rest, name string, err error) {
	rest, name, found := strings.Cut(address, "#")
	switch {
	case !found:
		return rest, DefaultName, nil
	case !nameForm.MatchString(name):
		return "", "", fmt.Errorf("a name behind # is 1 to 64 letters, digits, dashes or underscores, not %.80q", name)
	}
	return rest, name, nil
}
