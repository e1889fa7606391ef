// Package claim is what people say about the transports: statements as YAML files, each with
// what has to come out for it to hold.
//
// A file is read strictly. These are its keys:
//
//	number: 3
//	says: one sentence, as people make it
//	why: what is behind it, one to three sentences
//	scenarios:                   # by a name; a mapping is a scenario as package scenarios reads it
//	  near: {...}                # on lines of its own; the record calls it FILE.near
//	  feed: live-feed            # or the name of a built-in one
//	observe: [six-connections]   # experiments apart from scenarios, by name
//	criterion:                   # all have to come true, but for those with as:
//	  - that: a sentence that is true or not
//	    ratio: {metric: p50-sec, of: sse, to: polling, at-most: 0.1}
//	  - that: another
//	    bound: {of: longpoll, is: p99-sec <= 50ms}
//	explain: [bytes, requests/event]  # what explains the verdict
//	elsewhere: where the verdict may be another
//
// A criterion has one of these:
//
//	ratio: {metric: M, of: V, to: V, at-least: X}        # or at-most; to-metric: another one for to
//	difference: {metric: M, of: V, less: V, at-most: X}  # or at-least, or equals
//	bound: {of: V, is: M <= X}
//	works: {of: V}                                       # every trial comes to its end
//	fails: {of: V}                                       # none does
//	observation: {name: O, is: == 6}
//
// A criterion may say what it is for, if it does not decide the verdict:
//
//	as: control                  # shows that the setup can tell; if it does not come true, nothing is decided
//	as: context                  # answers a question beside the statement
//
// V is a variant. M is a metric, or of a ratio or a difference the sum of two, as in
// server-cpu-sec/event + backplane-cpu-sec/event: a trial that lacks the second has the first alone.
// A ratio, a difference or a bound is asked at every scenario of the file that has the variants, and
// at every point of its sweep. `in: near` and `at: 100` choose one. `in` may stand behind a variant,
// too: `sse in far`.
//
// A statement that nothing here can measure says why, and has none of these:
//
//	cannot: the reason, one or two sentences
//
// One that takes more than a minute says why in `long:`.
package claim
