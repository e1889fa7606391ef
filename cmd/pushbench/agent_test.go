package main

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// What the files in examples/agents start is a command that exists with its flags.
func TestAgentFiles(t *testing.T) {
	var job struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct{ Command []string }
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../examples/agents/job.yaml")), &job); err != nil {
		t.Fatal(err)
	}
	_, unit, found := strings.Cut(read(t, "../../examples/agents/pushbench-agent.service"), "\nExecStart=/usr/local/bin/")
	line, _, _ := strings.Cut(unit, "\n")
	containers := job.Spec.Template.Spec.Containers
	if !found || len(containers) != 1 {
		t.Fatalf("%d containers, and the unit starts %q", len(containers), line)
	}
	for _, words := range [][]string{containers[0].Command, strings.Fields(line)} {
		if words[0] != "pushbench" || words[1] != "agent" {
			t.Errorf("%q", words)
		}
		if err := parses(words[1:]); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
}
