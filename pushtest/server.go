package pushtest

// A server is the server that is measured, in a process of its own.
type server struct {
	http    string          // host:port
	figures string          // host:port of who answers for its figures
	pid     int             // of the process
	gone    <-chan struct{} // closed when the process has ended
	said    func() string   // what it printed last
	stop    func() error    // ends the process and all of its group; the error says how it ended when not as asked
}
