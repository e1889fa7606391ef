// The page at /, or wherever a proxy puts it: all addresses are relative to
// it. Four connections carry the topic "ticks" side by side.
"use strict";

const topic = "topic=ticks&epoch=1"; // with cursors that tell the server from one that was started anew
const span = 15000; // milliseconds that the lanes show
const encoder = new TextEncoder();
const sizeOf = text => encoder.encode(text).length;

// What the browser sends with a request, as far as a script can know it.
function headOf(method, path, extra) {
  const {pathname, search} = new URL(path, document.baseURI);
  return sizeOf(`${method} ${pathname}${search} HTTP/1.1\r\nHost: ${location.host}\r\nConnection: keep-alive\r\n` +
    `User-Agent: ${navigator.userAgent}\r\nAccept: */*\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n` +
    `Sec-Fetch-Dest: empty\r\nReferer: ${location.href}\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n` +
    `Accept-Language: ${navigator.language}\r\n${extra}\r\n`);
}

const headOfResponse = response => [...response.headers].reduce((n, [name, value]) => n + name.length + sizeOf(value) + 4,
  sizeOf(`HTTP/1.1 ${response.status} ${response.statusText}\r\n\r\n`));

// A Lane is one transport's connection, its figures and its card. The cursor
// is the number of the last event that it has; null asks for new ones only.
// The epoch says which server's number it is.
class Lane {
  constructor(id, name, how, connect) {
    Object.assign(this, {id, name, connect, cursor: null, epoch: "", events: 0, requests: 0, payload: 0, wire: 0,
      missed: 0, repeated: 0, caughtUp: 0, latencies: [], marks: [], openedAt: 0, stop: null, failures: 0});
    const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
    card.id = id;
    card.querySelector(".name").textContent = name;
    card.querySelector(".how").textContent = how;
    card.setAttribute("aria-label", name);
    card.querySelector(".reconnect").addEventListener("click", () => this.reconnect());
    card.querySelector(".pause").addEventListener("click", () => this.paused() ? this.start() : this.pause());
    document.getElementById("cards").append(card);
    this.card = card;
  }

  set(name, text) { this.card.querySelector("." + name).textContent = text; }

  state(name, text) {
    this.card.dataset.state = name;
    this.set("state", text || name);
  }

  paused() { return this.card.dataset.state === "paused"; }

  start() {
    this.card.querySelector(".pause").setAttribute("aria-pressed", "false");
    this.set("pause", "Pause");
    this.state("connecting");
    this.caughtUp = 0;
    this.from = this.cursor;
    this.openedAt = Date.now();
    const control = new AbortController();
    this.stop = () => control.abort();
    this.connect(this, control.signal).catch(error => {
      if (!control.signal.aborted) this.lost(error);
    });
  }

  halt() {
    clearTimeout(this.retry);
    if (this.stop) this.stop();
    this.stop = null;
  }

  pause() {
    this.halt();
    this.state("paused");
    this.card.querySelector(".pause").setAttribute("aria-pressed", "true");
    this.set("pause", "Resume");
  }

  reconnect() {
    this.halt();
    this.start();
    this.resumed();
  }

  // lost tries again by itself, more and more seldom.
  lost(error) {
    this.halt();
    this.state("lost", "connection lost");
    this.set("resumed", error.message || "");
    this.retry = setTimeout(() => this.start(), Math.min(8000, 500 * 2 ** this.failures++));
  }

  opened() {
    this.failures = 0;
    this.state("open");
    this.resumed();
  }

  resumed() {
    if (this.from === null) return;
    const n = this.caughtUp;
    this.set("resumed", `resumed behind event ${this.from}` + (n ? `, caught up on ${n}` : ""));
  }

  // number returns that of a cursor such as 1a2b3c4d-17, and keeps its epoch.
  number(cursor) {
    const [epoch, number] = cursor.split("-");
    this.epoch = epoch;
    return Number(number);
  }

  // behind is the parameter that asks for the events behind the cursor.
  behind() { return this.cursor === null ? "" : `&after=${this.epoch}-${this.cursor}`; }

  // gap goes on behind the events that the server no longer has. What a server
  // that was started anew no longer has nobody can tell.
  gap(gap) {
    if (gap.epoch === this.epoch) this.missed += gap.oldest - 1 - gap.after;
    this.epoch = gap.epoch;
    this.cursor = gap.oldest - 1;
    this.show();
  }

  event(id, text) {
    const now = Date.now(), at = JSON.parse(text).at;
    if (this.cursor !== null) {
      if (id <= this.cursor) this.repeated++;
      else this.missed += id - this.cursor - 1;
    }
    this.cursor = id;
    this.events++;
    this.payload += sizeOf(text);
    if (at < this.openedAt) {
      this.caughtUp++;
      this.resumed();
    } else {
      const latency = Math.max(0, now - at); // the browser's clock is cut to whole milliseconds
      this.latencies.push(latency);
      if (this.latencies.length > 600) this.latencies.shift();
      this.set("latest", milliseconds(latency));
      const sorted = this.latencies.toSorted((a, b) => a - b);
      this.set("min", milliseconds(sorted[0]));
      this.set("median", milliseconds(sorted[Math.floor((sorted.length - 1) / 2)]));
    }
    this.marks.push({at, now});
    this.show();
  }

  show() {
    this.set("events", this.events);
    this.set("requests", this.requests);
    this.set("payload", bytes(this.payload));
    this.set("wire", bytes(this.wire));
    this.set("each", this.events ? bytes(Math.round(this.wire / this.events)) : "–");
    this.set("order", `${this.missed}, ${this.repeated}`);
  }

  // ask sends one request of a poll and takes in what comes back.
  async ask(path, signal) {
    const url = path + this.behind();
    this.requests++;
    this.wire += headOf("GET", url, "");
    const response = await fetch(url, {signal, cache: "no-store"});
    const text = await response.text();
    this.wire += headOfResponse(response) + sizeOf(text);
    if (response.status === 410) return this.gap(JSON.parse(text));
    if (!response.ok) throw new Error(text);
    this.opened();
    const cursor = this.number(response.headers.get("Last-Event-ID"));
    if (response.status === 200) {
      const events = JSON.parse(text);
      events.forEach((event, i) => this.event(cursor - events.length + 1 + i, JSON.stringify(event)));
    }
    this.cursor = cursor;
    this.show();
  }
}

const pollEvery = () => Number(document.getElementById("interval").value);

async function polling(lane, signal) {
  while (!signal.aborted) {
    const due = Date.now() + pollEvery();
    await lane.ask(`polling?${topic}`, signal);
    await new Promise(resolve => {
      const timer = setTimeout(resolve, Math.max(0, due - Date.now()));
      signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, {once: true});
      lane.hurry = () => { clearTimeout(timer); resolve(); };
    });
  }
}

async function longPoll(lane, signal) {
  if (lane.cursor === null) await lane.ask(`polling?${topic}`, signal); // for the cursor that holds now
  while (!signal.aborted) await lane.ask(`longpoll?${topic}&wait=30s`, signal);
}

function sse(lane, signal) {
  return new Promise((_, reject) => {
    const url = `sse?${topic}${lane.behind()}`;
    const source = new EventSource(url);
    const request = headOf("GET", url, "Cache-Control: no-cache\r\n") + 220;
    signal.addEventListener("abort", () => source.close());
    source.onopen = () => { lane.requests++; lane.wire += request; lane.opened(); lane.show(); };
    source.onmessage = message => {
      const size = sizeOf(`id: ${message.lastEventId}\ndata: ${message.data}\n\n`);
      lane.wire += size + size.toString(16).length + 4; // and the head and end of its chunk
      lane.event(lane.number(message.lastEventId), message.data);
    };
    source.addEventListener("gap", message => lane.gap(JSON.parse(message.data)));
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return lane.state("lost", "reconnecting");
      reject(new Error("the event stream was refused"));
    };
  });
}

async function webSocket(lane, signal) {
  if (lane.cursor === null) await lane.ask(`polling?${topic}`, signal); // for the cursor that holds now
  await new Promise((_, reject) => {
    const path = `websocket?${topic}${lane.behind()}`;
    const socket = new WebSocket(new URL(path, document.baseURI).href.replace("http", "ws"));
    signal.addEventListener("abort", () => socket.close());
    socket.onopen = () => {
      lane.requests++;
      lane.wire += headOf("GET", path, "Upgrade: websocket\r\nSec-WebSocket-Key: ########################\r\nSec-WebSocket-Version: 13\r\n") + 150;
      lane.opened();
      lane.show();
    };
    socket.onmessage = message => {
      const size = sizeOf(message.data);
      lane.wire += size + (size > 65535 ? 10 : size > 125 ? 4 : 2);
      lane.event(lane.cursor + 1, message.data); // events come one after the other from the cursor on
    };
    socket.onclose = closed => {
      if (signal.aborted) return;
      if (closed.code === 4410 || closed.code === 4408) lane.gap(JSON.parse(closed.reason));
      reject(new Error(`closed with code ${closed.code}`));
    };
  });
}

const milliseconds = n => n < 1 ? "< 1 ms" : n < 1000 ? `${Math.round(n)} ms` : `${(n / 1000).toFixed(2)} s`;
const bytes = n => n < 1000 ? `${n} B` : `${(n / 1000).toFixed(1)} KB`;

const lanes = [
  new Lane("polling", "Polling", "Asks again and again whether there is anything new, so an event waits for the next question.", polling),
  new Lane("longpoll", "Long-polling", "Asks once and is answered when there is something new, then asks again.", longPoll),
  new Lane("sse", "SSE", "Server-Sent Events: asks once; the answer never ends, and each event is a few more lines of it.", sse),
  new Lane("websocket", "WebSocket", "Turns the connection into a channel both ways, where each event is a message with a head of 2 bytes or more.", webSocket),
];

// draw paints the last seconds: one row per transport, now at the right edge.
const canvas = document.getElementById("lanes");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function draw() {
  const style = getComputedStyle(document.documentElement), color = name => style.getPropertyValue("--" + name);
  const {width, height} = canvas.getBoundingClientRect(), scale = devicePixelRatio;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const g = canvas.getContext("2d"), now = Date.now();
  g.setTransform(scale, 0, 0, scale, 0, 0);
  g.clearRect(0, 0, width, height);
  g.font = `13px ${style.fontFamily}`;
  g.textBaseline = "middle";
  const left = Math.min(150, width * 0.36), right = width - 10, bottom = height - 20, row = bottom / lanes.length;
  const x = t => right - (now - t) / span * (right - left);
  g.fillStyle = color("soft");
  g.textAlign = "center";
  for (let s = 0; s <= 15; s += 5) g.fillText(s ? `−${s} s` : "now", Math.min(x(now - s * 1000), width - 14), height - 7);
  g.textAlign = "left";
  lanes.forEach((lane, i) => {
    const y = row * (i + 0.5), c = color(lane.id);
    g.fillStyle = color("ink");
    g.fillText(lane.name, 0, y, left - 14);
    g.fillStyle = color("line");
    g.fillRect(left, Math.round(y), right - left, 1);
    lane.marks = lane.marks.filter(mark => now - mark.at < span);
    g.fillStyle = g.strokeStyle = c;
    for (const {at, now: came} of lane.marks) {
      const from = Math.max(left, x(at)), to = x(came);
      g.globalAlpha = 0.35;
      if (to > from) g.fillRect(from, y - 3, to - from, 6);
      g.globalAlpha = 1;
      g.fillRect(from - 0.75, y - row * 0.32, 1.5, row * 0.64);
      g.beginPath();
      g.arc(to, y, 4.5, 0, 2 * Math.PI);
      g.fill();
    }
  });
  if (calm.matches) setTimeout(draw, 1000);
  else requestAnimationFrame(draw);
}

document.getElementById("publish").addEventListener("click", () => {
  fetch(`publish?${topic}`, {method: "POST", body: JSON.stringify({at: Date.now(), from: "page"})});
});
document.getElementById("interval").addEventListener("change", () => { if (lanes[0].hurry) lanes[0].hurry(); });
document.getElementById("all").addEventListener("change", event => {
  for (const lane of lanes) {
    if (event.target.checked && lane.paused()) lane.start();
    if (!event.target.checked && !lane.paused()) lane.pause();
  }
});
addEventListener("pagehide", () => lanes.forEach(lane => lane.halt()));
addEventListener("pageshow", event => { if (event.persisted) lanes.forEach(lane => { if (!lane.paused()) lane.start(); }); });

lanes.forEach(lane => lane.start());
draw();
