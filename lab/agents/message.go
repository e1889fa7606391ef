package agents

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen"
	"pushbench/results"
)

// A Build is what agents and coordinator must have in common, so that their numbers are of one
// kind: the messages, the program, and the bins of histograms.
type Build struct {
	Protocol int
	Version  string
	Commit   string
	Bins     string
}

// NewBuild is that of this program.
func NewBuild(version, commit string) Build {
	const protocol = 2
	return Build{Protocol: protocol, Version: version, Commit: commit, Bins: results.Bins()}
}

// String names the program.
func (b Build) String() string {
	name := "pushbench " + b.Version
	if b.Commit != "" {
		name += " of commit " + b.Commit
	}
	return name
}

// A hello is how an agent introduces itself.
type hello struct {
	Name  string
	Build Build
	Host  string // of CrewOptions and Options
	PID   int
	Cores int
}

// String names the agent.
func (h hello) String() string {
	return fmt.Sprintf("agent %s (machine %s, process %d)", h.Name, h.Host, h.PID)
}

// The subjects of messages.
const (
	subjectRoll   = "pushbench.roll"   // the coordinator asks who is there: each agent answers with its hello
	subjectJoined = "pushbench.joined" // an agent has come, with its hello
)

// subjectOf is that of orders to an agent.
func subjectOf(name string) string { return "pushbench.agent." + name }

// subjectRun is that of what agents say to the coordinator of a run.
func subjectRun(run string) string { return "pushbench.run." + run }

// subjectHere is answered as long as the coordinator of a run is there.
func subjectHere(run string) string { return subjectRun(run) + ".here" }

// What an order asks for.
const (
	askHello = "hello"   // who are you
	enlist   = "enlist"  // work for this run alone
	dismiss  = "dismiss" // the run is over
	begin    = "begin"   // carry out a part of a trial
	proceed  = "proceed" // all have come to a stage
	abort    = "abort"   // give the trial up
	tellTime = "time"    // what time is it
)

// An order is from the coordinator to one agent. All but proceed and abort are answered.
type order struct {
	Ask   string
	Run   string
	Trial int
	Task  *task         `json:",omitempty"` // of begin
	Stage loadgen.Stage // of proceed
	At    int64         // of proceed at the last stage: the instant of the start, by the agent's clock
}

// An answer is an agent's to an order.
type answer struct {
	Refused string `json:",omitempty"` // why it does not obey
	Hello   hello
	Instant int64 // what time it is, by the clock of package clock
	Wall    int64 // and by the wall clock, Unix nanoseconds
}

// What agents say.
const (
	sayAlive  = "alive"  // it works on the trial; not between start and end of the window
	sayStage  = "stage"  // it has come to a stage
	sayReport = "report" // its part is over
)

// A message is from an agent to the coordinator of its run.
type message struct {
	Say    string
	Agent  string
	Trial  int
	Stage  loadgen.Stage
	Over   float64        `json:",omitempty"` // of alive: the share of the trial that is over
	Report *results.Trial `json:",omitempty"`
	Start  int64          // how long after the start it went to work, nanoseconds
	Error  string         `json:",omitempty"` // why there is no report
	GaveUp bool           `json:",omitempty"` // there is none because the coordinator has told it to stop
	Left   bool           `json:",omitempty"` // there is none because the agent has ended in mid-trial
}

// connect connects to a NATS server, once: a connection that is lost is not made again, since
// what was said meanwhile would be lost. ended is closed when it has ended. The client says
// nothing by itself for longer than a trial takes.
func connect(url, token, name string) (conn *nats.Conn, ended <-chan struct{}, err error) {
	end := make(chan struct{})
	conn, err = nats.Connect(url, nats.Name(name), nats.Token(token), nats.NoReconnect(), nats.Timeout(answerWithin),
		nats.PingInterval(24*time.Hour), nats.ClosedHandler(func(*nats.Conn) { close(end) }))
	if err != nil {
		return nil, nil, fmt.Errorf("no NATS server at %s (pushbench serve --nats --addr HOST:4222 starts one): %w", url, err)
	}
	return conn, end, nil
}

// answerWithin is how soon an agent answers to an order, and presentWithin how soon a coordinator
// says that it is there: an agent may ask for that before it answers.
const (
	answerWithin  = 5 * time.Second
	presentWithin = answerWithin / 2
)

// ask sends an order to an agent and waits for the answer. The error says that there is none,
// or why the agent refuses.
func ask(conn *nats.Conn, agent string, o order) (a answer, err error) {
	text, err := json.Marshal(o)
	if err != nil {
		return a, err
	}
	m, err := conn.Request(subjectOf(agent), text, answerWithin)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return a, errNobody
	case err != nil:
		return a, fmt.Errorf("no answer: %w", err)
	}
	if err := json.Unmarshal(m.Data, &a); err != nil {
		return a, fmt.Errorf("an answer that cannot be read: %w", err)
	}
	if a.Refused != "" {
		return a, refusal(a.Refused)
	}
	return a, nil
}

// A refusal is why an agent does not obey.
type refusal string

func (r refusal) Error() string { return string(r) }

// errNobody is that there is no agent of a name.
var errNobody = errors.New("it is not there")
