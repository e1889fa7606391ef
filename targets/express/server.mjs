// Server-Sent Events from Express, and WebSocket from ws on the same port: node server.mjs PORT
import { createServer } from 'node:http';
import express from 'express';
import { WebSocketServer } from 'ws';

const app = express();
app.disable('x-powered-by');
const streams = new Set();

app.get('/events', (req, res) => {
	res.writeHead(200, {
		Connection: 'keep-alive',
		'Content-Type': 'text/event-stream',
		'Cache-Control': 'no-cache',
		'X-Accel-Buffering': 'no', // tells nginx to pass events on at once
	});
	res.flushHeaders();
	res.left = Number(req.query.complete); // events until its end; without one it goes on
	streams.add(res);
	res.on('close', () => streams.delete(res));
});

app.post('/publish', express.json({ type: () => true, limit: '1mb', strict: false }), (req, res) => {
	const body = JSON.stringify(req.body); // on one line
	const event = `data: ${body}\n\n`;
	for (const stream of streams) {
		// A reader that has fallen this far behind would hold the server's memory.
		if (stream.writableLength > 1 << 20) stream.destroy();
		else if (--stream.left === 0) stream.end(event);
		else stream.write(event);
	}
	for (const socket of sockets.clients) {
		if (socket.bufferedAmount > 1 << 20) socket.terminate();
		else socket.send(body);
	}
	res.sendStatus(204);
});

const server = createServer(app);
const sockets = new WebSocketServer({ server, path: '/ws', maxPayload: 1 << 20 });

sockets.on('connection', (socket) => {
	socket.alive = true;
	socket.on('pong', () => { socket.alive = true; });
	socket.on('error', () => socket.terminate());
});
setInterval(() => {
	for (const socket of sockets.clients) {
		if (!socket.alive) socket.terminate();
		socket.alive = false;
		socket.ping();
	}
	for (const stream of streams) stream.write(':\n\n'); // keeps a proxy from closing a quiet stream
}, 30_000);

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
