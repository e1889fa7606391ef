"""Server-Sent Events, WebSocket and polling from Starlette.

    /usr/bin/python3 -m uvicorn --host 127.0.0.1 --port PORT --no-access-log --log-level error app:app
"""
import asyncio
import json
from collections import deque
from contextlib import suppress

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed

HISTORY = 1024  # events that a client can ask for again
BEHIND = 1024   # events that a slow client may be behind

history = deque(maxlen=HISTORY)  # (id, body)
subscribers = set()
last = 0


class Subscriber:
    """A queue for one client; it ends with None once the client is too slow."""

    def __init__(self):
        self.queue = asyncio.Queue()

    def __enter__(self):
        subscribers.add(self)
        return self.queue

    def __exit__(self, *_):
        subscribers.discard(self)

    def offer(self, event):
        if self.queue.qsize() < BEHIND:
            self.queue.put_nowait(event)
        else:
            subscribers.discard(self)
            self.queue.put_nowait(None)


async def publish(request):
    global last
    body = (await request.body()).decode()
    last += 1
    history.append((last, body))
    for subscriber in list(subscribers):
        subscriber.offer((last, body))
    return Response(status_code=202)


def frame(event):
    # CRLF line ends, as sse-starlette writes them.
    data = "".join(f"data: {line}\r\n" for line in event[1].splitlines())
    return f"id: {event[0]}\r\nevent: update\r\n{data}\r\n"


async def events(request):
    seen = request.headers.get("last-event-id", "")

    async def stream():
        with Subscriber() as queue:
            # Nothing is awaited in between: what is not in the history comes by the queue.
            missed = [e for e in history if e[0] > int(seen)] if seen.isdecimal() else []
            for event in missed:
                yield frame(event)
            while event := await queue.get():
                yield frame(event)

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def socket(ws):
    await ws.accept()

    async def gone():
        with suppress(WebSocketDisconnect):
            while True:
                await ws.receive_text()

    with Subscriber() as queue, suppress(ConnectionClosed):
        leaving = asyncio.create_task(gone())
        leaving.add_done_callback(lambda _: queue.put_nowait(None))
        while event := await queue.get():
            await ws.send_text(json.dumps({"id": event[0], "body": event[1]}))
        leaving.cancel()


async def poll(request):
    """The newest event, or 304: events in between are missed by design."""
    tag = f'W/"{last}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    newest = history[-1] if history else (0, None)
    return JSONResponse({"id": newest[0], "body": newest[1]}, headers={"ETag": tag, "Cache-Control": "no-cache"})


app = Starlette(routes=[
    Route("/publish", publish, methods=["POST"]),
    Route("/events", events),
    Route("/poll", poll),
    WebSocketRoute("/ws", socket),
])
