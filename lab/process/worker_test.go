//go:build linux

package process

import (
	"strings"
	"syscall"
	"testing"
)

// A worker tells how it ended, and what it said last.
func TestWorker(t *testing.T) {
	w, err := StartWorker([]string{"/bin/sh", "-c", "echo $WORD; exit 3"}, []string{"WORD=enough"})
	if err != nil {
		t.Fatal(err)
	}
	<-w.Exited()
	w.Kill() // does no harm
	if got := w.End(); got != "exit status 3: enough" {
		t.Errorf("%q", got)
	}
	if _, err := StartWorker([]string{"/nowhere"}, nil); err == nil || !strings.Contains(err.Error(), "/nowhere") {
		t.Error(err)
	}
}

// One that is stopped is killed all the same.
func TestKillWorker(t *testing.T) {
	w, err := StartWorker([]string{"/bin/sleep", "100"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Signal(syscall.SIGSTOP); err != nil {
		t.Error(err)
	}
	w.Kill()
	if got := w.End(); got != "signal: killed" || w.PID() == 0 {
		t.Errorf("%q", got)
	}
}
