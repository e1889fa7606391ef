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
	pushtest.Expect(b, "protocol-B/event == 14", "goroutines/conn <= 2")
}

func BenchmarkWebSocket(b *testing.B) {
	for _, path := range []string{"/gorilla", "/coder"} {
		b.Run(path[1:], func(b *testing.B) {
			pushtest.Run(b, pushtest.Load{
				Subscribe: pushtest.WebSocket(path), Publish: pushtest.POST("/publish"),
				Clients: 200, Rate: 50, Payload: 128,
			})
			pushtest.Expect(b, "protocol-B/event == 4")
		})
	}
}
