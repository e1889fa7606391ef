package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"pushbench/servers/wire"
)

// TestServeReady starts a server as a run does: one line of JSON, then answers,
// then a clean end.
func TestServeReady(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, stdout := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"serve", "--ready", "--heartbeat", "1s", "--history", "10"}, stdout, &stderr)
		stdout.Close()
	}()
	lines := bufio.NewReader(reader)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v; stderr: %s", err, stderr.String())
	}
	var ready wire.Ready
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("ready line %q: %v", line, err)
	}
	if ready.HTTP == "" || ready.TCP == "" || ready.PID == 0 || ready.Cert != "" {
		t.Errorf("ready line %q is not complete", line)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + ready.HTTP + wire.RouteStats)
	if err != nil {
		t.Fatal(err)
	}
	var stats wire.Stats
	if err := json.NewDecoder(response.Body).Decode(&stats); err != nil || stats.Goroutines == 0 {
		t.Errorf("stats: %v, %+v", err, stats)
	}
	response.Body.Close()
	cancel()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("after the ready line came %q, %v", rest, err)
	}
	if got := <-status; got != exitFine {
		t.Errorf("exit status %d; stderr: %s", got, stderr.String())
	}
}

func TestMayListen(t *testing.T) {
	for _, row := range []struct {
		fact, flag, addr string
		expose, may      bool
	}{
		{"loopback is fine", "--addr", "127.0.0.1:8080", false, true},
		{"so is all of 127/8", "--addr", "127.1.2.3:8080", false, true},
		{"so is loopback of IPv6", "--addr", "[::1]:8080", false, true},
		{"so is its name", "--addr", "localhost:8080", false, true},
		{"every interface is not", "--addr", "0.0.0.0:8080", false, false},
		{"nor is no host, which means every interface", "--addr", ":8080", false, false},
		{"nor is a name, whatever it resolves to now", "--addr", "example.com:80", false, false},
		{"nor is another address, for the floor either", "--tcp", "192.0.2.1:80", false, false},
		{"unless the user says so", "--addr", "0.0.0.0:8080", true, true},
		{"the floor may be off", "--tcp", "off", false, true},
		{"the HTTP server may not", "--addr", "off", false, false},
		{"a port is needed even then", "--addr", "0.0.0.0", true, false},
	} {
		if err := mayListen(row.flag, row.addr, row.expose); (err == nil) != row.may {
			t.Errorf("%s: %s %s: %v", row.fact, row.flag, row.addr, err)
		}
	}
}
