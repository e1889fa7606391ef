// Polling and long-polling of a value, with nothing but Node.js: node server.mjs PORT
//
// A client asks for the newest value: events that came in between are gone by design.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const patience = 20_000; // ms that a long-poll waits
let version = 0;
let value = 'null';
const waiting = new Set();

function answer(res) {
	const body = `{"version":${version},"value":${value}}`;
	res.writeHead(200, {
		'Content-Type': 'application/json',
		'Content-Length': Buffer.byteLength(body),
		'Cache-Control': 'no-cache',
		ETag: `"${version}"`,
	});
	res.end(body);
}

async function publish(req, res) {
	const body = await text(req);
	try {
		JSON.parse(body);
	} catch {
		res.writeHead(400).end();
		return;
	}
	value = body;
	version++;
	for (const wake of [...waiting]) wake();
	res.writeHead(201, { 'Content-Length': 0, ETag: `"${version}"` }).end();
}

function poll(req, res) {
	if (req.headers['if-none-match'] === `"${version}"`) {
		res.writeHead(304, { 'Cache-Control': 'no-cache', ETag: `"${version}"` }).end();
	} else {
		answer(res);
	}
}

function wait(res, seen) {
	if (seen !== String(version)) {
		answer(res);
		return;
	}
	const done = () => {
		clearTimeout(timer);
		waiting.delete(wake);
	};
	const wake = () => { done(); answer(res); };
	const timer = setTimeout(() => { done(); res.writeHead(204).end(); }, patience);
	waiting.add(wake);
	res.on('close', done);
}

const server = createServer((req, res) => {
	const [path, query] = req.url.split('?', 2);
	const route = `${req.method} ${path}`;
	if (route === 'POST /publish') {
		publish(req, res).catch(() => res.destroy());
	} else if (route === 'GET /value') {
		poll(req, res);
	} else if (route === 'GET /wait') {
		wait(res, new URLSearchParams(query).get('version'));
	} else {
		res.writeHead(404).end();
	}
});
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
