package servers

import "time"

// What Options.Topics and Options.Memory are when they are 0.
const (
	DefaultTopics = 1024
	DefaultMemory = 256 << 20
)

// The limits of the server. Each limit is refused with a message that
// names it.
const (
	maxTopicName   = 64
	maxHistory     = 64 << 20        // bytes of payload kept per topic
	maxAnswer      = 64 << 20        // bytes of an answer to a poll, if Options.Answer does not say so; all of a topic, nearly
	maxHeader      = 16 << 10        // bytes of a request's head
	maxWait        = 5 * time.Minute // of one long-poll
	maxMessage     = 4 << 10         // bytes of a message from a subscriber, which is not looked at
	maxEcho        = 16 << 20        // bytes of a message to /echo
	maxHello       = 128             // bytes of a tcp client's line
	maxStreams     = 4096            // requests at a time on one connection of HTTP/2, held ones included
	defaultWait    = 30 * time.Second
	helloTimeout   = 10 * time.Second       // for a request's head, a TLS handshake or a tcp client's line
	idleTimeout    = 6 * time.Minute        // of a kept-alive connection; above the longest interval between polls
	publishTimeout = 6 * time.Minute        // without a byte from a publisher
	echoTimeout    = 6 * time.Minute        // without a message to /echo
	closeTimeout   = time.Second            // for the answer to a WebSocket close
	lingerTimeout  = 500 * time.Millisecond // for the rest of a refused request
	grace          = 3 * time.Second        // for clients to go when the server stops
)
