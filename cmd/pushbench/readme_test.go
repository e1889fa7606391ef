package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pushbench/scenarios"
	"pushbench/targets"
)

// TestReadmeCommandsParse reads the console blocks of the README: every
// pushbench command in them exists with its flags and arguments, and so does
// every target of make.
func TestReadmeCommandsParse(t *testing.T) {
	readme := read(t, "../../README.md")
	makefile := read(t, "../../Makefile")
	found := 0
	for _, line := range consoleLines(readme) {
		for _, words := range shellCommands(line) {
			switch path.Base(words[0]) {
			case "pushbench":
				found++
				if err := parses(words[1:]); err != nil {
					t.Errorf("README: %s: %v", line, err)
				}
			case "make":
				found++
				for _, target := range words[1:] {
					if !strings.Contains(target, "=") && !regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(target)+`\s*:`).MatchString(makefile) {
						t.Errorf("README: %s: the Makefile has no %q", line, target)
					}
				}
			}
		}
	}
	if found == 0 {
		t.Error("README has no console block with a command of ours")
	}
}

// TestHelpExamplesParse holds the examples in the help to the same.
func TestHelpExamplesParse(t *testing.T) {
	root := newRoot(nil, io.Discard, io.Discard)
	for _, cmd := range append(root.Commands(), root) {
		for _, line := range strings.Split(cmd.Example, "\n") {
			for _, words := range shellCommands(line) {
				if words[0] != "pushbench" {
					continue
				}
				if err := parses(words[1:]); err != nil {
					t.Errorf("%s: %s: %v", cmd.CommandPath(), line, err)
				}
			}
		}
	}
}

func TestShellCommands(t *testing.T) {
	for _, row := range []struct {
		fact, line string
		want       [][]string
	}{
		{"a command is its words", "pushbench run --trials 3", [][]string{{"pushbench", "run", "--trials", "3"}}},
		{"a comment is no part of it", "pushbench run # the suite", [][]string{{"pushbench", "run"}}},
		{"quotes hold words together", "curl 'http://x/?a=1&b=2' -d '{\"a\": 1}'", [][]string{{"curl", "http://x/?a=1&b=2", "-d", `{"a": 1}`}}},
		{"operators separate commands", "pushbench doctor && pushbench run | tee log", [][]string{{"pushbench", "doctor"}, {"pushbench", "run"}, {"tee", "log"}}},
		{"a redirection ends the words", "pushbench list live-feed > my.yaml", [][]string{{"pushbench", "list", "live-feed"}}},
		{"a substitution holds a command", "source <(pushbench completion bash)", [][]string{{"source"}, {"pushbench", "completion", "bash"}}},
		{"variables come before a command", "NO_COLOR=1 pushbench run", [][]string{{"pushbench", "run"}}},
		{"go run is the command too", "go run ./cmd/pushbench doctor", [][]string{{"./cmd/pushbench", "doctor"}}},
	} {
		if got := shellCommands(row.line); !slices.EqualFunc(got, row.want, slices.Equal) {
			t.Errorf("%s: %s: got %q, want %q", row.fact, row.line, got, row.want)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// parses checks a command line as far as that goes without executing it.
func parses(args []string) error {
	cmd, rest, err := newRoot(args, io.Discard, io.Discard).Find(args)
	if err != nil {
		return err
	}
	if !cmd.HasParent() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		return unknownCommand(cmd, rest[0])
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	named := cmd.Flags().Args()
	if err := cmd.ValidateArgs(named); err != nil {
		return err
	}
	if cmd.Name() != "run" && cmd.Name() != "list" {
		return nil
	}
	known, noun := scenarioNames(), "scenario"
	if f := cmd.Flags().Lookup("targets"); f != nil && f.Changed {
		known, noun = targets.Names(), "target"
	}
	for _, name := range named {
		if path.Ext(name) != ".yaml" && !slices.Contains(known, name) {
			return fmt.Errorf("there is no %s %q", noun, name)
		}
	}
	if variants, err := cmd.Flags().GetStringSlice("variant"); err == nil {
		_, err = scenarios.ParseFilter(variants)
		return err
	}
	return nil
}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```")

// consoleLines returns what is typed in the console blocks of Markdown: the
// lines after a $ prompt, continued ones joined.
func consoleLines(markdown string) []string {
	var lines []string
	for _, block := range consoleBlock.FindAllStringSubmatch(markdown, -1) {
		for _, line := range strings.Split(strings.ReplaceAll(block[1], "\\\n", " "), "\n") {
			if typed, ok := strings.CutPrefix(line, "$ "); ok {
				lines = append(lines, typed)
			}
		}
	}
	return lines
}

var (
	shellToken = regexp.MustCompile(`'[^']*'|"[^"]*"|&&|\|\||[|;&()]|<\(|[<>]+|[^\s'"|;&()<>]+`)
	assignment = regexp.MustCompile(`^[A-Za-z_]\w*=`)
)

// shellCommands splits a line as a shell does, as far as documentation needs
// it.
func shellCommands(line string) [][]string {
	var commands [][]string
	var words []string
	redirected := false
	end := func() {
		for len(words) > 0 && assignment.MatchString(words[0]) {
			words = words[1:]
		}
		if len(words) > 2 && words[0] == "go" && words[1] == "run" {
			words = words[2:]
		}
		if len(words) > 0 {
			commands = append(commands, words)
		}
		words, redirected = nil, false
	}
	for _, token := range shellToken.FindAllString(line, -1) {
		switch {
		case strings.HasPrefix(token, "#"):
			end()
			return commands
		case strings.Contains("&& || | ; & ( ) <(", token):
			end()
		case strings.Trim(token, "<>") == "":
			redirected = true
		case !redirected:
			words = append(words, strings.Trim(token, `'"`))
		}
	}
	end()
	return commands
}
