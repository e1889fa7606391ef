// Socket.IO with its default settings: node server.mjs PORT
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Server } from 'socket.io';

const server = createServer(async (req, res) => {
	if (req.method !== 'POST' || req.url !== '/publish') {
		res.writeHead(404).end();
		return;
	}
	let event;
	try {
		event = JSON.parse(await text(req));
	} catch {
		res.writeHead(400).end();
		return;
	}
	io.emit('event', event);
	res.writeHead(204).end();
});
const io = new Server(server);

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit(0));
