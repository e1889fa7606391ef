package main

import (
	"context"
	"time"

	"pushbench/lab/browser"
	"pushbench/lab/experiment"
	"pushbench/results"
)

// browsing are the experiments with real browsers.
func browsing() []observer {
	const needs = "Chromium, Firefox"
	in := func(run func(context.Context, browser.Kind, browser.Options) []results.Observation, o browser.Options) func(context.Context, []string) []results.Observation {
		return func(ctx context.Context, _ []string) (all []results.Observation) {
			for _, kind := range browser.Kinds() {
				all = append(all, run(ctx, kind, o)...)
			}
			return all
		}
	}
	counts := browser.Options{Only: []string{"sse-http1", "sse-http1-two-hosts", "sse-http2", "websocket-http1"}}
	comebacks := browser.Options{Repeat: 3, Quiet: 3 * time.Second, Only: []string{"complete-retry", "cut-retry", "204", "websocket-cut"}}
	return []observer{
		{"browser-limits", needs, 2 * time.Minute, in(browser.Limits, counts)},
		{"browser-reconnection", needs, 2 * time.Minute, in(browser.Reconnection, comebacks)},
		{"browser-push", needs, 20 * time.Second, in(browser.Push, browser.Options{Repeat: 3})},
		{"browser-extended", needs, 30 * time.Second, in(browser.Extended, browser.Options{})},
		{"browser-beside", needs, 20 * time.Second, experiment.Beside},
	}
}
