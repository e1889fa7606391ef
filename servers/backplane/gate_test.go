package backplane

import "testing"

// Who waits at a gate is let through when it opens, however often it is shut before.
func TestGate(t *testing.T) {
	through := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	var g Gate
	waiting := g.Opened()
	g.Shut()
	g.Shut()
	if through(waiting) || through(g.Opened()) {
		t.Error("it is open at first")
	}
	g.Open()
	g.Open()
	if !through(waiting) || !through(g.Opened()) {
		t.Error("it does not open")
	}
	g.Shut()
	if !through(waiting) || through(g.Opened()) {
		t.Error("it does not shut for those who come")
	}
}
