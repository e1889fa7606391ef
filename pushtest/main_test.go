package pushtest

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"pushbench/servers/wire"
)

func TestMain(m *testing.M) {
	Main(m, func() http.Handler { return http.NotFoundHandler() })
}

func TestServerProcess(t *testing.T) {
	s, err := start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get("http://" + s.figures + "/stats?gc=1")
	if err != nil {
		t.Fatal(err)
	}
	var st wire.Stats
	if err := json.NewDecoder(res.Body).Decode(&st); err != nil {
		t.Error(err)
	}
	res.Body.Close()
	t.Logf("%+v", st)
	res, err = http.Get("http://" + s.http + "/stats?gc=1")
	t.Log(res.Status, err, s.pid, os.Getpid())
	res.Body.Close()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

func BenchmarkX(b *testing.B) {
	Run(b, Load{Subscribe: SSE("/events"), Publish: POST("/publish")})
}
