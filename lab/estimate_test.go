//go:build linux

package lab

import (
	"pushbench/lab/target"
	"slices"
	"testing"
	"time"
)

// What a trial takes beyond opening its connections and starting its server.
func TestEstimate(t *testing.T) {
	for _, test := range []struct {
		sentence, text string
		want           time.Duration // of the last cell
	}{
		{"the warm-up and the window", "variants: [sse]\n", 2500 * time.Millisecond},
		{"also without events", "variants: [sse]\nevents: {rate: 0}\n", 2500 * time.Millisecond},
		{"clients that poll ask once before the window and once after it", "variants: [polling/interval=1s]\n", 1100*time.Millisecond + 2*time.Second + time.Second},
		{"also without events", "variants: [polling/interval=1s]\nevents: {rate: 0}\n", 4 * time.Second},
		{"which lengthens the others, too", "variants: [polling/interval=1s, sse]\n", 1100*time.Millisecond + 2*time.Second},
	} {
		cells := parse(t, "clients: 20\n"+test.text).Cells()
		c := cells[len(cells)-1]
		around := overhead + time.Duration(20+c.Scenario.Topics)*perConnect
		if got := trialTime(c) - around; got != test.want {
			t.Errorf("%s: %s, want %s", test.sentence, got, test.want)
		}
	}
}

// A server is told what the load needs of it.
func TestServerIsToldOfTheLoad(t *testing.T) {
	c := parse(t, "variants: [sse]\nclients: 2000\ntopics: 1500\nevents: {rate: 3000, retained: 7}\n").Cells()[0]
	command := target.Builtin("server").Start((&Runner{}).conditions(c, "127.0.0.1"))
	for flag, want := range map[string]string{"--topics": "1500", "--memory": "256", "--heartbeat": "15s", "--history": "271"} {
		i := slices.Index(command, flag)
		if i < 0 || command[i+1] != want {
			t.Errorf("no %s %s in %q", flag, want, command)
		}
	}
}

func TestMemoryOfAServer(t *testing.T) {
	for _, test := range []struct {
		sentence, text string
		want           int // MiB
	}{
		{"small loads leave it what it takes by itself", "variants: [sse]\n", 256},
		{"of large events it keeps all of a trial", "variants: [sse]\nclients: 20\ntopics: 20\nevents: {rate: 20, payload: 65536}\n", 406},
		{"and of each topic no more than it may", "variants: [sse]\nclients: 20\ntopics: 20\nevents: {rate: 20, payload: 1048576}\n", 1600},
		{"all together no more than a file may ask for", "variants: [sse]\nclients: 100\ntopics: 100\nevents: {rate: 100, payload: 1048576}\n", 4096},
	} {
		if got := parse(t, test.text).Cells()[0].Memory(); got != test.want {
			t.Errorf("%s: %d MiB, want %d", test.sentence, got, test.want)
		}
	}
}

// A kept server is warmed up once over each transport, and a fresh one before each trial.
func TestEstimateOfWarmUp(t *testing.T) {
	const load = "clients: 2\nevents: {rate: 50, payload: 64}\ntrials: 3\nvariants: [sse, polling/interval=100ms]\n"
	a, b := parse(t, load), parse(t, load+"fresh: true\n")
	a.Name, b.Name = "first", "second"
	for more, times := range map[string]int{"": 0, "warm-up: 5s\nfresh: false\n": 2, "warm-up: 5s\n": 2 * 2 * 3} {
		total := func(more string) time.Duration {
			return Estimate((&Runner{Scenarios: scenariosOf(a, b), Targets: []target.Target{described(t, describedText("foreign", t.TempDir(), more))}}).Plan())
		}
		if got, want := total(more)-total(""), time.Duration(times)*5*time.Second; got != want {
			t.Errorf("%q takes %s more, want %s", more, got, want)
		}
	}
}
