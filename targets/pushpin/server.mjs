// Pushpin, and the application behind it that tells it what to hold: node server.mjs PORT
//
// Pushpin listens on PORT and passes each request on. The answer's Grip headers make it keep
// the connection; what the application publishes it writes to all of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const channel = 'events';
const history = []; // the last events, [id, body]
let last = 0;
let control; // Pushpin's own port, for what is published

function since(cursor) {
	const bodies = history.filter(([id]) => id > cursor).map(([, body]) => body);
	return `{"cursor":${last},"events":[${bodies}]}`;
}

async function publish(req, res) {
	const body = JSON.stringify(JSON.parse(await text(req)));
	history.push([++last, body]);
	if (history.length > 1024) history.shift();
	const item = {
		channel,
		id: `${last}`,
		'prev-id': `${last - 1}`,
		formats: {
			'http-stream': { content: `id: ${last}\ndata: ${body}\n\n` },
			'http-response': {
				headers: { 'Content-Type': 'application/json' },
				body: `{"cursor":${last},"events":[${body}]}`,
			},
			'ws-message': { content: body },
		},
	};
	const answer = await fetch(`http://127.0.0.1:${control}/publish/`, {
		method: 'POST',
		body: JSON.stringify({ items: [item] }),
	});
	await answer.text();
	res.writeHead(answer.ok ? 204 : 502).end();
}

function events(req, res) {
	const seen = Number(req.headers['last-event-id'] ?? last);
	res.writeHead(200, {
		'Content-Type': 'text/event-stream',
		'Cache-Control': 'no-cache',
		'Grip-Hold': 'stream',
		'Grip-Channel': channel,
		'Grip-Keep-Alive': ':\\n\\n; format=cstring; timeout=20',
	});
	const missed = history.filter(([id]) => id > seen);
	res.end(missed.map(([id, body]) => `id: ${id}\ndata: ${body}\n\n`).join(''));
}

function poll(res, cursor, hold) {
	const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' };
	if (hold && cursor === last) {
		headers['Grip-Hold'] = 'response';
		headers['Grip-Channel'] = `${channel}; prev-id=${cursor}`; // asks again if an event comes in between
		headers['Grip-Timeout'] = '20';
	}
	res.writeHead(200, headers).end(since(cursor));
}

// Pushpin's handler, which holds answers, is up later than its proxy. It is asked to hold
// one until it does, for five seconds, which is the least it knows. What the proxy takes
// before that may never be answered.
let holds = false;
async function untilHeld(url) {
	while (!holds) {
		holds = await fetch(url, { signal: AbortSignal.timeout(8000) }).then((res) => res.status === 200, () => false);
		if (!holds) await new Promise((resolve) => { setTimeout(resolve, 100); });
	}
}

// WebSocket over HTTP: Pushpin posts what a client does, and the answer says what it gets.
async function socket(req, res) {
	const frame = (type, content) => `${type} ${content.length.toString(16)}\r\n${content}\r\n`;
	const answers = (await text(req)).match(/^(OPEN|PING|CLOSE)\b/gm) ?? [];
	const subscribe = frame('TEXT', `c:{"type":"subscribe","channel":"${channel}"}`);
	const said = { OPEN: `OPEN\r\n${subscribe}`, PING: 'PONG\r\n', CLOSE: 'CLOSE\r\n' };
	res.writeHead(200, { 'Content-Type': 'application/websocket-events', 'Sec-WebSocket-Extensions': 'grip' });
	res.end(answers.map((kind) => said[kind]).join(''));
}

function listen(handler) {
	return new Promise((resolve) => {
		const server = createServer({ keepAliveTimeout: 600_000 }, handler).listen(0, '127.0.0.1', () => resolve(server));
	});
}

const application = await listen((req, res) => {
	const [path, query] = req.url.split('?', 2);
	const after = Number(new URLSearchParams(query).get('after') ?? 0);
	switch (`${req.method} ${path}`) {
	case 'POST /publish': publish(req, res).catch((e) => res.writeHead(e instanceof SyntaxError ? 400 : 502).end()); break;
	case 'POST /ws': socket(req, res).catch(() => res.destroy()); break;
	case 'GET /events': events(req, res); break;
	case 'GET /poll': poll(res, after, false); break;
	case 'GET /wait': poll(res, after, true); break;
	case 'GET /held': res.writeHead(200, { 'Grip-Hold': 'response', 'Grip-Channel': 'held', 'Grip-Timeout': '5' }).end(); break;
	case 'GET /ready': res.writeHead(holds ? 204 : 503).end(); break;
	default: res.writeHead(404).end();
	}
});
const free = await listen();
control = free.address().port;
await new Promise((resolve) => { free.close(resolve); });

const dir = mkdtempSync(join(tmpdir(), 'pushbench-pushpin.'));
writeFileSync(join(dir, 'pushpin.conf'), `[global]
include={libdir}/internal.conf
rundir=${dir}
ipc_prefix=p-
[runner]
services=condure,zurl,pushpin-proxy,pushpin-handler
log_level=1
client_maxconn=10000
[proxy]
zurl_out_specs=ipc://{rundir}/{ipc_prefix}zurl-in
zurl_out_stream_specs=ipc://{rundir}/{ipc_prefix}zurl-in-stream
zurl_in_specs=ipc://{rundir}/{ipc_prefix}zurl-out
updates_check=off
[handler]
push_in_spec=ipc://{rundir}/{ipc_prefix}push
push_in_sub_specs=ipc://{rundir}/{ipc_prefix}push-sub
command_spec=ipc://{rundir}/{ipc_prefix}command
push_in_http_addr=127.0.0.1
push_in_http_port=${control}
`);
const route = `* 127.0.0.1:${application.address().port},over_http`;
const pushpin = spawn(
	'pushpin',
	['--config', join(dir, 'pushpin.conf'), '--port', `127.0.0.1:${process.argv[2]}`, '--route', route, '--merge-output'],
	{ stdio: ['ignore', 'ignore', 'inherit'] },
);
void untilHeld(`http://127.0.0.1:${process.argv[2]}/held`);
let asked = false;
process.on('SIGTERM', () => {
	asked = true;
	pushpin.kill('SIGTERM');
});
pushpin.on('error', (e) => console.error(e.message));
pushpin.on('close', () => {
	rmSync(dir, { recursive: true });
	process.exit(asked ? 0 : 1);
});
