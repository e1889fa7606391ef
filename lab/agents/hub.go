package agents

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// A hub is a NATS server inside this process, for processes of this machine that know its
// token.
type hub struct {
	server *server.Server
	url    string
	token  string
}

// newHub starts a hub. The caller must call close. It says nothing by itself to its clients.
func newHub() (*hub, error) {
	h := &hub{token: rand.Text()}
	var err error
	h.server, err = server.NewServer(&server.Options{
		ServerName: "pushbench", Host: "127.0.0.1", Port: server.RANDOM_PORT, Authorization: h.token,
		NoLog: true, NoSigs: true,
		MaxPayload: 16 << 20, PingInterval: 24 * time.Hour, DisableShortFirstPing: true,
	})
	if err != nil {
		return nil, fmt.Errorf("starting a NATS server: %w", err)
	}
	h.server.Start()
	if !h.server.ReadyForConnections(answerWithin) {
		h.close()
		return nil, errors.New("starting a NATS server: it is not ready")
	}
	h.url = h.server.ClientURL()
	return h, nil
}

// close ends the hub. There may be none.
func (h *hub) close() {
	if h == nil {
		return
	}
	h.server.Shutdown()
	h.server.WaitForShutdown()
}
