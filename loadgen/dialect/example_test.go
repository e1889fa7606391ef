package dialect_test

import (
	"fmt"

	"pushbench/loadgen/dialect"
)

func Example() {
	d, err := dialect.Dialect{
		Publish: dialect.Publish{Request: dialect.Request{Path: dialect.Must("/publish?topic={topic}")}},
		SSE:     &dialect.SSE{Request: dialect.Request{Path: dialect.Must("/events?topic={topic}")}},
	}.Prepare()
	if err != nil {
		fmt.Println(err)
		return
	}
	marker, err := dialect.NewMarker("7f3a")
	if err != nil {
		fmt.Println(err)
		return
	}
	values := &dialect.Values{Topic: "news", Event: marker.AppendPayload(nil, 12, 40)}
	fmt.Printf("%s %s\n", d.Publish.Method, d.Publish.Path.Append(nil, values))
	fmt.Printf("%s\n", d.Publish.Body.Append(nil, values))

	number, _, _, found := marker.Next([]byte(`data: {"id":1,"body":"{\"d\":\"ev.7f3a.12.tor\"}"}`))
	fmt.Println(number, found == dialect.Whole)
	// Output:
	// POST /publish?topic=news
	// {"d":"ev.7f3a.12.own-fox-jumps-over-th"}
	// 12 true
}
