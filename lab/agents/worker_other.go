//go:build !linux

package agents

import "errors"

type worker struct{}

func startWorker([]string, string, chan<- *worker) (*worker, error) {
	return nil, errors.New("agents are started on Linux alone")
}

func (*worker) kill() {}

func (*worker) pid() int { return 0 }

func (*worker) end() string { return "" }
