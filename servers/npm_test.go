package servers

import (
	"os"
	"os/exec"
	"testing"
)

// TestNPMClients drives all routes with ws, eventsource and fetch under
// Node.js, as testdata/npm/clients.mjs says. PUSHBENCH_NPM names a directory
// in which the two packages are installed.
func TestNPMClients(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil || os.Getenv("PUSHBENCH_NPM") == "" {
		const missing = "npm's clients are not tested: they need node, and PUSHBENCH_NPM with ws and eventsource installed in it"
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	ts := start(t, Options{History: 8})
	out, err := exec.CommandContext(t.Context(), node, "testdata/npm/clients.mjs", ts.url).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}
