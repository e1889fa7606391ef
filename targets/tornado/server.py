"""Long-polling in the manner of Tornado's chat demo, and WebSocket: server.py PORT"""
import asyncio
import signal
import sys
import uuid
from collections import deque

import tornado.escape
import tornado.web
import tornado.websocket

BEHIND = 1 << 20  # bytes that a slow WebSocket may be behind


class Buffer:
    """The last messages, and a condition for those who wait for the next."""

    def __init__(self):
        self.messages = deque(maxlen=1024)
        self.condition = asyncio.Condition()

    def since(self, cursor):
        """What came after the message of that id; everything if it is not (or no longer) here."""
        found = []
        for message in reversed(self.messages):
            if message["id"] == cursor:
                break
            found.append(message)
        return found[::-1]

    async def add(self, body):
        message = {"id": str(uuid.uuid4()), "body": body}
        async with self.condition:
            self.messages.append(message)
            self.condition.notify_all()
        text = tornado.escape.json_encode(message)
        for socket in list(sockets):
            socket.offer(text)


buffer = Buffer()
sockets = set()


class New(tornado.web.RequestHandler):
    async def post(self):
        await buffer.add(self.get_argument("body", strip=False))
        self.set_status(204)


class Updates(tornado.web.RequestHandler):
    async def post(self):
        cursor = self.get_argument("cursor", None)
        self.waiting = asyncio.current_task()
        try:
            async with buffer.condition:
                while not (messages := buffer.since(cursor)):
                    await buffer.condition.wait()
        except asyncio.CancelledError:
            return
        self.write({"messages": messages})

    def on_connection_close(self):
        self.waiting.cancel()


class Socket(tornado.websocket.WebSocketHandler):
    pending = 0

    def open(self):
        sockets.add(self)

    def on_close(self):
        sockets.discard(self)

    def offer(self, text):
        if self.pending > BEHIND:
            self.close(1013, "too slow")
            return
        try:
            sent = self.write_message(text)
        except tornado.websocket.WebSocketClosedError:
            return
        self.pending += len(text)
        sent.add_done_callback(lambda sent: self.delivered(sent, len(text)))

    def delivered(self, sent, size):
        self.pending -= size
        sent.exception()  # on_close tells of it, too


async def main():
    app = tornado.web.Application(
        [(r"/message/new", New), (r"/message/updates", Updates), (r"/ws", Socket)],
        websocket_ping_interval=20,
        log_function=lambda handler: None,
    )
    app.listen(int(sys.argv[1]), "127.0.0.1", backlog=4096)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


asyncio.run(main())
