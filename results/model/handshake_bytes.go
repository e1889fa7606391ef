package model

import (
	"fmt"
	"slices"

	"pushbench/results"
)

// predictOpening is all that a connection without TLS carries until it is open
// and, where there is a retained event, has it: texts, given as many segments as
// were counted. It is exact.
func predictOpening(t *results.Trial, unit string) (Prediction, bool) {
	l, opened := load(t.Load), float64(t.Connection.Opened)
	if unit != "handshake-B/conn" || opened != float64(l.Clients) || l.Retained > 1 || secure(t) || troubled(t) || !plainly(t.Settings) {
		return Prediction{}, false
	}
	out, in, ok := opening(t.Transport, l, t.Path.Kind)
	if !ok {
		return Prediction{}, false
	}
	segments := float64(t.Handshake.SegmentsIn+t.Handshake.SegmentsOut) / opened
	return Prediction{
		Value: out + in + segments*segmentHead + 2*synOptions,
		Formula: fmt.Sprintf("%.5g B of request, %.5g B of answer, %.4g segments of %d B of headers, %d B more in each SYN",
			out, in, segments, segmentHead, synOptions),
		Source: "the texts that client and server exchange (RFC 9112, RFC 6455 section 4, WHATWG HTML section 9.2); RFC 9293",
	}, true
}

// plainly reports whether the variant sends nothing but what the texts have.
func plainly(settings results.Settings) bool {
	return !slices.ContainsFunc(settings.Named(), func(s results.Setting) bool {
		return !slices.Contains([]string{"interval", "pace", "wait", "batch"}, s.Name)
	})
}

// opening is the text of one connection's first exchange, in both directions,
// with one retained event or none.
func opening(transport string, l load, path string) (out, in float64, ok bool) {
	host := len("127.0.0.1:65535")
	if path != "" && path != "loopback" {
		host = len("10.0.0.1:65535") // the address of the server's namespace
	}
	var topic float64 // the mean length of a topic's name
	type name struct{ clients, length float64 }
	stretches(l.Topics, func(j int) name {
		return name{l.clients(j), float64(len(fmt.Sprint("t", j)))}
	}, func(topics int, n name) { topic += float64(topics) * n.clients * n.length })
	topic /= float64(l.Clients)
	request := func(route, after string) float64 {
		return float64(len("GET "+route+"?topic=&after=0"+after+" HTTP/1.1\r\nHost: \r\n\r\n")+host) + topic
	}
	array := float64(len(emptyText) + 1)
	if l.Retained == 1 {
		array = float64(len(answerText)+1) + width(float64(l.Payload+2)) + float64(l.Payload+2)
	}
	held := float64(l.Retained) // events
	switch transport {
	case "polling":
		return request("/polling", ""), array, true
	case "longpoll":
		return request("/longpoll", "&wait=0s"), array, true
	case "sse":
		event := float64(eventFields + 1 + l.Payload)
		chunk := func(size float64) float64 { return size + float64(len(fmt.Sprintf("%x", int(size)))+chunkEnds) }
		// The end of the last chunk is read, and so counted, with the next one.
		in := float64(len(streamText)) + chunk(float64(len(streamOpen))) + held*chunk(event) - float64(len("\r\n"))
		return request("/sse", "") + float64(len("Accept: text/event-stream\r\n")), in, true
	case "websocket":
		return request("/websocket", "") + float64(len(upgrading)), float64(len(upgraded)) + held*float64(webSocketHead(l.Payload)+l.Payload), true
	case "tcp":
		return topic + float64(len(" 0\n")), 4 + held*float64(4+l.Payload), true
	}
	return 0, 0, false
}
