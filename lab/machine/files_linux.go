package machine

import "golang.org/x/sys/unix"

// descriptors is how many files this process may open. The Go runtime has
// raised the soft limit to the hard one when the program began.
func descriptors() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1024 // what every Linux gives
	}
	return limit.Cur
}
