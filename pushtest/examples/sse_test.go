package examples

import (
	"testing"

	"pushbench/pushtest"
)

func TestMain(m *testing.M) { pushtest.Main(m, NewServer) }

func BenchmarkSSE(b *testing.B) {
	pushtest.Run(b, pushtest.Load{
		Subscribe: pushtest.SSE("/sse"), Publish: pushtest.POST("/publish"),
		Clients: 200, Rate: 50, Payload: 128,
	})
	pushtest.Expect(b, "protocol-B/event == 14", "goroutines/conn < 3")
}
