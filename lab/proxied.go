package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pushbench/lab/proxy"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/scenarios/front"
	"pushbench/servers/wire"
)

// unproxied says why c cannot be run through its proxy here, or nothing.
func unproxied(c scenarios.Cell) string {
	if c.Scenario.Proxy == nil {
		return ""
	}
	if why := unspoken(c); why != "" {
		return why
	}
	return proxy.Missing(*c.Scenario.Proxy)
}

// unspoken says why the clients of c cannot speak with its proxy, wherever that is, or nothing.
// HTTP/2 every proxy speaks.
func unspoken(c scenarios.Cell) string {
	program, _ := front.Find(c.Scenario.Proxy.Program)
	switch {
	case c.Variant.Transport == wire.TCP:
		return "the tcp floor cannot go through a proxy, which speaks HTTP"
	case secured(c) && !program.TLS:
		return program.Name + " does not speak TLS"
	case c.Variant.Number(wire.Streams) > program.Streams:
		return fmt.Sprintf("%s allows %d streams on a connection", program.Name, program.Streams)
	}
	return ""
}

// unproxiedBy says why t cannot answer c behind a proxy, or nothing.
func unproxiedBy(t target.Target, c scenarios.Cell) string {
	if c.Scenario.Proxy == nil || t.File == nil {
		return ""
	}
	return fmt.Sprintf("target %s is described by a file, where proxy: names what stands in front of it", t.Name)
}

// proxyOf is how the proxy of c is set up, of which there is one.
func proxyOf(c scenarios.Cell) proxy.Setup {
	return proxy.Setup{
		Proxy: *c.Scenario.Proxy, TLS: secured(c), HTTP2: c.Variant.Word(wire.HTTP) == "2" && !secured(c),
		Reloads: c.Scenario.Fault.Kind == results.FaultReload,
	}
}

// fronted is what the record of a run keeps of the proxy of s when it was run on the variants
// of cells; nil: there is none. Its text has each configuration of which there were trials.
func fronted(ctx context.Context, s scenarios.Scenario, cells []scenarios.Cell) *results.Proxy {
	p := s.Proxy
	if p == nil {
		return nil
	}
	var texts []string
	for _, c := range cells {
		if text := proxy.Shown(proxyOf(c)).Text(); unspoken(c) == "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return &results.Proxy{
		Name: p.Program, Config: p.Config, About: p.About(), Version: proxy.Version(ctx, p.Program),
		Text: strings.Join(texts, "\n"),
	}
}

// secured reports whether the clients of c speak TLS.
func secured(c scenarios.Cell) bool { return c.Variant.On(wire.TLS) }
