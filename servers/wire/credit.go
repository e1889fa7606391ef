package wire

// The memory that a null server (package servers/null) shares with the
// clients of a load generator consists of words of 64 bits, each in a cache line
// of its own where two processes write at the same time.
const (
	CreditLimit       = 0  // events that each client may get; the clients' side writes it
	CreditSeen        = 8  // the limit that the server goes by
	CreditSent        = 9  // events sent since the server's start
	CreditIdle        = 10 // nanoseconds in which each client had an event waiting
	CreditFirstClient = 16 // events that the first client has taken; the clients write it
	CreditPerClient   = 8  // words from one client to the next
)
