// Package targets describes servers that are not pushbench's own, as YAML files that are
// read strictly.
//
// A file for a simple server is short:
//
//	about: my Express server
//	start: node server.mjs {port}
//	publish: POST /publish
//	sse: /events
//
// In start, {port} is a free port that pushbench chooses. The environment has the same port
// as PORT. No shell runs the command. It is started in the directory of the file. All
// relative paths in the file begin in that directory. A request that is only a path is a GET.
// To publish, it is a POST. If the first word of start is {pushbench}, it is the running
// pushbench itself.
//
// # Values in a request
//
// These values can stand in paths, headers, bodies and messages:
//
//	{event}        the payload, a JSON object of ASCII text
//	{topic}        the topic, which is new in each trial
//	{client}       the number of the client, from 0
//	{origin}       the origin of the URL
//	{cursor.NAME}  a cursor
//
// In a path a value is percent-encoded. Elsewhere it is unchanged. A suffix changes that:
//
//	{event:form}             percent-encoded
//	{event:quoted}           a JSON string, with its quotation marks
//	{event:escaped}          the inside of a JSON string
//	{event:escaped:escaped}  the same, escaped twice
//	{topic:raw}              unchanged, in a path as well
//
// Braces with a blank behind them are no value: { id } stays as it is. A header whose value
// is empty is left out. This is for a server that expects {"type": "message", "payload": …}:
//
//	publish:
//	  request: POST /publish
//	  body: '{"type": "message", "payload": {event}}'
//
// This is for a server that expects the form of a page:
//
//	publish:
//	  request: POST /publish
//	  headers: {Content-Type: application/x-www-form-urlencoded}
//	  body: 'message={event:form}'
//
// The file does not say where the event stands in a message to a client: pushbench finds it
// anywhere.
//
// # Everything that a file can say
//
// Required are about, publish, one transport, and start or url. The comment "default" marks
// a value that also holds without the line.
//
//	about: one sentence
//	untested: why it is not run in pushbench's own tests
//	install:
//	  debian: [nodejs, npm]              # packages
//	  run: [npm ci --prefix express]     # commands, in the directory of the file
//	version: node --version              # its first line is in the record
//	start:                               # or the command alone; without start, the server runs already
//	  command: node server.mjs {port}    # or a list of words
//	  directory: express
//	  environment: {WORKERS: 4, ADDRESS: '127.0.0.1:{port}'}
//	url: http://127.0.0.1:{port}         # default; the base of all paths, http or https
//	insecure: false                      # default; with https, true accepts any certificate
//	ca: certificate.pem                  # with https: the certificate to trust
//	ready:                               # or the path alone; default: any answer to GET /
//	  path: /up
//	  status: 200                        # default; or a list, or any
//	  within: 20s                        # default
//	stop: {signal: TERM, grace: 5s}      # default; after the grace all its processes are killed
//	fresh: true                          # default; a new process for each trial
//	warm-up: 0s                          # default; the load that each process gets over a transport before its first trial
//	measure: [node]                      # names of the processes to measure; default: all that were started
//	proxy:                               # or the URL of one that runs already; all requests go to it
//	  start: ./proxy.sh {port} {server}  # the server's address, in a word or in the environment
//	  url: https://127.0.0.1:{port}/base # ready, stop and measure can stand here, too
//	publish:                             # or the request alone; or none, if the server has events of its own
//	  request: POST /publish?topic={topic}
//	  headers: {Content-Type: application/json}  # default
//	  body: '{event}'                    # default
//	  status: [200, 204]                 # by which the server accepts the event; default: 200 to 299
//	  parallel: false                    # default; true sends requests of several topics at the same time
//	sse:                                 # or the request alone, as for all transports
//	  request: GET /events/{topic}
//	  headers: {Accept: text/event-stream}  # default
//	  body: ''                           # default
//	  events: [message, tick]            # names of the events that count; default: all
//	  opened: head                       # default; or byte, or event: what must arrive before a connection is open
//	  completes: /events?complete=3      # for check: a stream that the server completes after a few events
//	  ends: /events?complete=3&end=true  # for check: the same, and 204 for a client that comes back to it
//	  most: 100                          # the most clients that the server can hold
//	  pause: 10ms                        # from one connect to the next
//	websocket:
//	  request: /ws
//	  headers: {Origin: '{origin}'}
//	  protocols: [chat.v2]               # subprotocols
//	  open:                              # what a client sends first; or one message alone
//	    - '{"hello":true}'
//	    - {after: '{"welcome"*', send: '{"subscribe":{topic:quoted}}'}  # sent when the message after has come
//	  confirm: '*"subscribed"*'          # the message that confirms a subscription; * stands for anything
//	  refuse: '*"error"*'                # the message that refuses it
//	  replies: {ping: pong}              # answers to pings that are messages
//	  opened: confirm                    # default if confirm is given
//	  binary: false                      # default; true sends binary messages
//	longpoll:
//	  request: /wait?after={cursor.after}
//	  cursor:
//	    after: {json: /messages/-1/id, first: 0}  # a JSON pointer; -1 is the last of a list
//	  nothing: [204, 304]                # default; the answers without events, besides an empty body or list
//	  wait: 25s                          # the longest that the server waits; default: without a limit
//	  latest: false                      # default; true: a state, of which a client gets the newest only
//	polling:
//	  request: /poll
//	  headers: {If-None-Match: '{cursor.tag}'}
//	  cursor:
//	    tag: {header: ETag}
//	  fails: why this transport is expected to fail
//	known:
//	  sse/resume: why this fact of check fails, in one sentence
//
// Instead of request, publish can have send: a message over a WebSocket. The key websocket
// then describes the publisher's connection, if it differs from a client's. For a server with
// events of its own, publish can have every: the time from one event to the next.
//
// # Warm-up
//
// A server with a just-in-time compiler is slow at first, and its memory grows while it
// compiles. With warm-up: 10s, each new process gets the load of the scenario for ten seconds,
// over one transport, before its first trial over that transport. Nothing of that is recorded.
// If the scenario has no events, it is the load of the scenario broadcast. Clients that poll
// do so every 50 ms, or more often. Memory per connection is not told of such a server: what
// it has taken in the warm-up has room for connections. So a scenario with fresh: true does
// not get a new process of a target with warm-up and fresh: false.
//
// # Like another target
//
// A file with like: express has all that the target express has, except the keys that it
// gives itself. So the same server behind another proxy takes three lines. The name is that
// of a file in the same directory, or of a target that comes with pushbench.
package targets
