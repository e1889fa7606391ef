//go:build linux

package path

import (
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Retransmitted is how many bytes the TCP sockets of the namespace that are open now
// have retransmitted, of those that are connected to an address of other
// (sock_diag(7), bytes_retrans of TCP_INFO).
func (n *Namespace) Retransmitted(other *Namespace) (bytes int64, err error) {
	err = n.Do(func() error {
		all, err := netlink.SocketDiagTCPInfo(unix.AF_INET)
		if err != nil {
			return fmt.Errorf("sock_diag: %w", err)
		}
		for _, s := range all {
			if s.TCPInfo != nil && s.InetDiagMsg != nil && s.InetDiagMsg.ID.Destination.Equal(other.Addr().AsSlice()) {
				bytes += int64(s.TCPInfo.Bytes_retrans)
			}
		}
		return nil
	})
	return bytes, err
}
