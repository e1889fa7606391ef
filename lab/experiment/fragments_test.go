//go:build linux

package experiment

import (
	"context"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"pushbench/servers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve serves in this process, and returns the address.
func serve(t *testing.T) string {
	t.Helper()
	s, err := servers.Listen(servers.Options{TCPAddr: "off"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s.Ready().HTTP
}

// A fragment of 126 to 65,535 bytes has a head of 4 bytes and, from a client, a mask of 4
// (RFC 6455, section 5.2).
func TestFragments(t *testing.T) {
	address := serve(t)
	var whole []bool
	var beyond []float64
	if err := echoed(t.Context(), address, func(same bool, more float64) { whole, beyond = append(whole, same), append(beyond, more) }); err != nil {
		t.Fatal(err)
	}
	if want := slices.Repeat([]bool{true}, repetitions); !slices.Equal(whole, want) {
		t.Errorf("came back whole: %v", whole)
	}
	if want := slices.Repeat([]float64{8}, repetitions); !slices.Equal(beyond, want) {
		t.Errorf("%v bytes around a fragment, want 8", beyond)
	}
}

// What cannot be measured says why, and nothing else.
func TestFragmentsWithoutAServer(t *testing.T) {
	for _, o := range Fragments(t.Context(), []string{"/nonexistent"}) {
		if o.Reason == "" || len(o.Values) != 0 || o.Name == "" || o.About == "" {
			t.Errorf("%+v", o)
		}
	}
}
