package examples

import (
	"testing"

	"pushbench/pushtest"
)

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
