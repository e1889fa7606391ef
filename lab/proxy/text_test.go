package proxy

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/scenarios/front"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The configurations of each program, as a record shows them.
func TestText(t *testing.T) {
	for _, program := range front.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			if programs[program.Name].binary == "" {
				t.Fatal("nobody knows how it is run")
			}
			var all strings.Builder
			seen := map[string]string{}
			for _, c := range program.Configs {
				one := front.Proxy{Program: program.Name, Config: c.Name}
				text := Shown(Setup{Proxy: one}).Text()
				_, rest, _ := strings.Cut(text, "\n") // the first line says which it is
				if other := seen[rest]; other != "" && program.Name != "caddy" {
					t.Errorf("%s and %s are the same", c.Name, other)
				}
				seen[rest] = c.Name
				all.WriteString(text + "\n")
			}
			plain := front.Proxy{Program: program.Name, Config: front.Default}
			if program.TLS {
				all.WriteString(Shown(Setup{Proxy: plain, TLS: true}).Text())
			}
			if text := Shown(Setup{Proxy: plain, HTTP2: true, Reloads: true}).Text(); text != Shown(Setup{Proxy: plain}).Text() {
				all.WriteString("\n" + text)
			}
			golden := filepath.Join("testdata", program.Name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), all.String()); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", golden, diff)
			}
		})
	}
	if len(programs) != len(front.Programs()) {
		t.Errorf("%d programs are run and %d are known", len(programs), len(front.Programs()))
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	programs["nowhere"] = program{binary: "pushbench-nonexistent"}
	defer delete(programs, "nowhere")
	if got := Missing(front.Proxy{Program: "nowhere"}); !strings.HasPrefix(got, "nowhere is not installed: apt install ") {
		t.Errorf("%q", got)
	}
	if v := Version(t.Context(), "nowhere"); v != "" {
		t.Errorf("it has the version %q", v)
	}
}

// The numbers in what the programs say of their versions.
func TestVersionNumber(t *testing.T) {
	for said, want := range map[string]string{
		"nginx version: nginx/1.22.1":                                        "1.22.1",
		"HAProxy version 2.6.12-1+deb12u3 2024/10/24 - https://haproxy.org/": "2.6.12-1+deb12u3",
		"Server version: Apache/2.4.67 (Debian)\nServer built:   2026-01-02": "2.4.67",
		"2.6.2":          "2.6.2",
		"v2.8.4 h1:abc=": "2.8.4",
		"varnishd (varnish-7.1.1 revision 7cee1c58)": "7.1.1",
		"nothing": "",
	} {
		if got := number.FindString(said); got != want {
			t.Errorf("%q has the version %q, want %q", said, got, want)
		}
	}
}
