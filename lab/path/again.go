//go:build linux

package path

import (
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// SentAgain is how many bytes the namespace's TCP sockets that are there now
// have sent again, those that are connected to an address of other's
// (sock_diag(7), bytes_retrans of TCP_INFO).
func (n *Namespace) SentAgain(other *Namespace) (bytes int64, err error) {
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
