// Package targets is who answers: servers that are not pushbench's own, as YAML files,
// read strictly.
//
// A file for a simple server is short:
//
//	about: my Express server
//	start: node server.mjs {port}
//	publish: POST /publish
//	sse: /events
//
// In start, {port} is a free port that pushbench chooses; it is in the environment as PORT,
// too. The command is not run by a shell. It is started in the directory of the file, where all
// paths in the file begin, too. A request that gives its path alone is a GET, or a POST to publish.
//
// # What a request is made of
//
// {event} is the payload, a JSON object of ASCII text; {topic} the topic, which is new in
// each trial; {client} the number of the client, from 0; {origin} the origin of the URL;
// {cursor.NAME} a cursor. In a path a value is percent-encoded, elsewhere it is as it is.
// {event:form} percent-encodes it. {event:quoted} makes a JSON string of it, with quotation
// marks, and {event:escaped} the inside of one; {event:escaped:escaped} does so twice, and
// {topic:raw} is as it is in a path, too. A word in braces that is to stay as it is has a
// blank: { id }. A header whose value is empty is left out. No rule is needed for where the
// event stands in a message: it is found anywhere. So the publication
//
//	publish:
//	  request: POST /publish
//	  body: '{"type": "message", "payload": {event}}'
//
// is for a server that takes {"type": "message", "payload": …}, and
//
//	publish:
//	  request: POST /publish
//	  headers: {Content-Type: application/x-www-form-urlencoded}
//	  body: 'message={event:form}'
//
// for one that takes the form of a page.
//
// # Everything that a file can say
//
// Only about, publish and one transport are required, besides start or url. A comment says
// default where the value is the one that holds without the line.
//
//	about: one sentence
//	untested: why it is not run in pushbench's own tests
//	install:
//	  debian: [nodejs, npm]              # packages
//	  run: [npm ci --prefix express]     # commands, in the directory of the file
//	version: node --version              # its first line is in the record
//	start:                               # or the command alone; without start it runs already
//	  command: node server.mjs {port}    # or a list of words
//	  directory: express
//	  environment: {WORKERS: 4, ADDRESS: '127.0.0.1:{port}'}
//	url: http://127.0.0.1:{port}         # default; the base of all paths, http or https
//	insecure: false                      # default; with https: any certificate will do
//	ca: certificate.pem                  # with https: the certificate to trust
//	ready:                               # or the path alone; default: any answer to GET /
//	  path: /up
//	  status: 200                        # default; or a list, or any
//	  within: 20s                        # default
//	stop: {signal: TERM, grace: 5s}      # default; then the whole group is killed
//	fresh: true                          # default; a new process for each trial
//	measure: [node]                      # names of the processes that count; default: all that were started
//	proxy:                               # or the URL of one that runs already; all requests go to it
//	  start: ./proxy.sh {port} {server}  # the server's address, in a word or in the environment
//	  url: https://127.0.0.1:{port}/base # besides ready, stop and measure, as above
//	publish:                             # or the request alone; or none: the server has events of its own
//	  request: POST /publish?topic={topic}
//	  headers: {Content-Type: application/json}  # default
//	  body: '{event}'                    # default
//	  status: [200, 204]                 # that say that the server has it; default: 200 to 299
//	  parallel: false                    # default; requests of several topics may be under way at once
//	sse:                                 # or the request alone, as all transports
//	  request: GET /events/{topic}
//	  headers: {Accept: text/event-stream}  # default
//	  body: ''                           # default
//	  events: [message, tick]            # names that carry something; default: any
//	  opened: head                       # default; or byte, or event: a client's connection is open with it
//	  completes: /events?complete=3      # a stream that the server completes after a few events, for check
//	  ends: /events?complete=3&end=true  # one whose client is then told not to come back (204), for check
//	  most: 100                          # clients that it can hold
//	  pause: 10ms                        # from one connect to the next
//	websocket:
//	  request: /ws
//	  headers: {Origin: '{origin}'}
//	  protocols: [chat.v2]               # subprotocols
//	  open:                              # what a client says first; or one message alone
//	    - '{"hello":true}'
//	    - {after: '{"welcome"*', send: '{"subscribe":{topic:quoted}}'}  # when that has come
//	  confirm: '*"subscribed"*'          # * stands for anything
//	  refuse: '*"error"*'
//	  replies: {ping: pong}              # to pings that are messages
//	  opened: confirm                    # default where there is a confirm
//	  binary: false                      # default; what a client sends
//	longpoll:
//	  request: /wait?after={cursor.after}
//	  cursor:
//	    after: {json: /messages/-1/id, first: 0}  # a JSON pointer; -1 is the last of a list
//	  nothing: [204, 304]                # default; so does an empty body or list
//	  wait: 25s                          # the longest; default: it has no end
//	  latest: false                      # default; true: a state, of which a slow client misses some
//	polling:
//	  request: /poll
//	  headers: {If-None-Match: '{cursor.tag}'}
//	  cursor:
//	    tag: {header: ETag}
//	  fails: why this transport is expected to fail
//	known:
//	  sse/resume: why check finds this fact otherwise than it should be
//
// In place of request, publish may have send, a message, and websocket, the publisher's
// connection if it differs from that of a client; or every, the time between the events
// that the server has by itself.
//
// A file with like: express has all that the target express has, but for the keys that it
// gives: so the same server behind another proxy takes three lines. The name is that of a
// file in the same directory, or of a target that comes with pushbench.
package targets
