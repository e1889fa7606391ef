//go:build linux

package target

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// asServer makes the test binary be a server of somebody else: its value says of which
// kind, and its first argument is the port.
const asServer = "PUSHBENCH_TEST_SERVER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(asServer); kind != "" {
		os.Exit(serve(kind, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

func serve(kind string, args []string) int {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/up" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		http.NotFound(w, r)
	})
	switch kind {
	case "dies":
		fmt.Fprintln(os.Stderr, "no configuration")
		return 3
	case "unlucky": // its port is taken, the first time
		file := filepath.Join(args[1], "tried")
		if _, err := os.Stat(file); err != nil {
			if os.WriteFile(file, nil, 0o600) == nil {
				fmt.Println("Error: listen EADDRINUSE: address already in use")
			}
			return 1
		}
	case "silent": // listens, and answers nothing
		answer = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	case "elsewhere": // does not care for the port
		args[0] = "0"
	case "once": // answers the first request alone
		next := answer
		var asked atomic.Bool
		answer = func(w http.ResponseWriter, r *http.Request) {
			if asked.Swap(true) {
				<-r.Context().Done()
				return
			}
			next(w, r)
		}
	case "workers": // has two more processes
		for range 2 {
			worker := exec.Command("sleep", "3600")
			if err := worker.Start(); err != nil {
				return 4
			}
		}
	case "proxy":
		front := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: args[1]})
		answer = func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Via", "test")
			front.ServeHTTP(w, r)
		}
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	case "leaves": // ends by itself when it is asked whether it does
		up := answer
		answer = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/leave" {
				fmt.Fprintln(os.Stderr, "out of luck")
				os.Exit(3)
			}
			up(w, r)
		}
	}
	s := &http.Server{Addr: "127.0.0.1:" + args[0], Handler: answer, ReadHeaderTimeout: time.Minute}
	if err := s.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

// get asks a server, and returns the head of its answer.
func get(t *testing.T, address, path string) (http.Header, error) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + address + path)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.Header, err
}

// noChildren fails the test when this process has a child.
func noChildren(t *testing.T) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err == nil && len(b) > 0 { // an error: the thread has ended
			t.Errorf("child processes left: %s", b)
		}
	}
}
