package agents

import (
	"pushbench/lab/process"
)

// A worker is the process of an agent that was started.
type worker struct {
	*process.Worker
	told chan struct{} // closed when its end was told
}

// startWorker starts one. When it has ended, dead has it, which has room for all.
func startWorker(command []string, environment string, dead chan<- *worker) (*worker, error) {
	p, err := process.StartWorker(command, []string{environment})
	if err != nil {
		return nil, err
	}
	w := &worker{p, make(chan struct{})}
	go func() { // waited for by kill
		defer close(w.told)
		<-p.Exited()
		dead <- w
	}()
	return w, nil
}

// kill ends the process.
func (w *worker) kill() {
	w.Kill()
	<-w.told
}

func (w *worker) pid() int { return w.PID() }

// end says how it ended.
func (w *worker) end() string { return w.End() }
