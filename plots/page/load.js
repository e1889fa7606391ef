"use strict";
// What a load costs on each transport, by the coefficients in the page: the
// formulas are those of results/estimate and results/model, and a test compares them.
function estimate(basis, load) {
	const head = 52, shared = 0.05, segment = 1448, month = 2592000, near = 1e-6;
	const counted = (v, name) => count(v) === "1" ? "1 " + name.replace(/clients|polls|events/g, s => s.slice(0, -1)).replace("deliveries", "delivery") : count(v) + " " + name;
	const union = (a, b) => [...new Set([...(a || []), ...(b || [])])];
	const count = v => {
		const whole = Math.round(v);
		return v >= 100 || Math.abs(v - whole) < 1e-6 * Math.max(1, v) ? whole.toLocaleString("en-US") : String(parseFloat(v.toPrecision(3)));
	};
	const span = (least, most) => count(least) === count(most) ? count(least) : count(least) + " to " + count(most);
	const times = (n, k) => n.missing ? n : {...n, value: n.value * k, lo: n.lo * k, hi: n.hi * k};

	function read(points, x, y) {
		let away = Infinity, shortest = Infinity, smallest = Infinity, on = [], around = null;
		points.forEach((a, i) => points.slice(i).forEach(b => {
			const dx = b.X - a.X, dy = b.Y - a.Y, length = dx * dx + dy * dy;
			const t = length > 0 ? Math.max(0, Math.min(1, ((x - a.X) * dx + (y - a.Y) * dy) / length)) : 0;
			const d = Math.hypot(a.X + t * dx - x, a.Y + t * dy - y);
			if (d < away - near || d < away + near && length < shortest) {
				on = [[a, 1 - t], [b, t]];
				away = d;
				shortest = length;
			}
		}));
		const distance = p => (p.X - x) ** 2 + (p.Y - y) ** 2;
		const turns = points.map(p => Math.atan2(p.Y - y, p.X - x)).sort((a, b) => a - b);
		const surrounded = turns.every((t, i) => (i + 1 < turns.length ? turns[i + 1] : turns[0] + 2 * Math.PI) - t <= Math.PI);
		const closest = away >= near && surrounded ? [...points].sort((a, b) => distance(a) - distance(b)) : [];
		closest.forEach((a, i) => {
			for (let j = i + 1; j < closest.length && distance(a) + 2 * distance(closest[j]) < smallest; j++) {
				const b = closest[j];
				for (const c of closest.slice(j + 1)) {
					const size = distance(a) + distance(b) + distance(c);
					if (size >= smallest) break;
					const area = (b.X - a.X) * (c.Y - a.Y) - (c.X - a.X) * (b.Y - a.Y);
					if (Math.abs(area) < near) continue;
					const u = ((x - a.X) * (c.Y - a.Y) - (c.X - a.X) * (y - a.Y)) / area;
					const v = ((b.X - a.X) * (y - a.Y) - (x - a.X) * (b.Y - a.Y)) / area;
					if (u >= 0 && v >= 0 && u + v <= 1) {
						around = [[a, 1 - u - v], [b, u], [c, v]];
						smallest = size;
					}
				}
			}
		});
		const r = {value: 0, lo: Infinity, hi: 0, doubts: [], outside: away >= near && !around};
		for (const [p, weight] of around || on) {
			if (weight < near) continue;
			r.value += weight * Math.log(p.Value);
			r.lo = Math.min(r.lo, p.Lo);
			r.hi = Math.max(r.hi, p.Hi);
			r.doubts = union(r.doubts, p.Doubts);
		}
		r.value = Math.exp(r.value);
		return r;
	}

	const extent = (points, axis) => [10 ** Math.min(...points.map(p => p[axis])), 10 ** Math.max(...points.map(p => p[axis]))];

	function at(law, p) {
		if (!law.points) return {missing: "the record has no " + law.what + (law.why ? ": " + law.why : "")};
		const r = read(law.points, Math.log10(p.x), law.y ? Math.log10(p.y) : 0);
		const n = {value: r.value, lo: r.lo, hi: r.hi, doubts: r.doubts, beyond: []};
		const outside = (v, [least, most], name) => {
			if (v < least * (1 - 1e-9) || v > most * (1 + 1e-9)) n.beyond.push(`${counted(v, name)} (measured: ${span(least, most)})`);
		};
		outside(p.x, extent(law.points, "X"), law.x);
		if (law.y) outside(p.y, extent(law.points, "Y"), law.y);
		if (p.clients && law.x !== "clients") outside(p.clients, law.clients, "clients");
		if (r.outside && !n.beyond.length) n.beyond.push(`${counted(p.x, law.x)} together with ${counted(p.y, law.y)}`);
		if (law.payload > 0 && p.payload !== law.payload) {
			if (law.payloads) {
				const f = read(law.payloads, Math.log10(p.payload), 0);
				n.value *= f.value;
				n.lo *= f.lo;
				n.hi *= f.hi;
				n.doubts = union(n.doubts, f.doubts);
			}
			outside(p.payload, law.payloads ? extent(law.payloads, "X") : [law.payload, law.payload], "B of payload");
		}
		return n;
	}

	// What goes over a connection again and again: [times a second, bytes, segments, bytes of the larger message].
	function exchanges(c, random, digits) {
		const {rate_per_sec: rate, payload_bytes: payload, poll_interval_sec: interval} = load, h = c.heads, wait = c.wait_sec, beat = basis.heartbeat_sec;
		const width = n => String(Math.floor(n)).length;
		const beats = beat <= 0 ? 0 : random ? Math.exp(-rate * beat) / beat : Math.max(0, 1 - rate * beat) / beat;
		switch (c.transport) {
		case "sse": {
			const fields = 13 + digits + payload, chunk = fields + Math.round(fields).toString(16).length + 4;
			return [[rate, chunk, 2, chunk], [beats, 8, 2]];
		}
		case "websocket": {
			const size = payload + (payload > 65535 ? 10 : payload > 125 ? 4 : 2);
			return [[rate, size, 2, size], [beats, 8, 3]];
		}
		case "longpoll": {
			const answer = h.answer + h.tags * digits + width(payload + 2) + payload + 2;
			const ran = !(wait > 0) ? 0 : rate === 0 ? 1 / wait : random ? rate / Math.expm1(rate * wait) : rate * Math.floor(1 / (rate * wait));
			return [[rate, h.request + digits + answer, 3, answer], [ran, h.request + digits + h.empty + h.tags * digits, 3]];
		}
		}
		const full = random ? -Math.expm1(-rate * interval) : Math.min(1, rate * interval), each = full > 0 ? rate * interval / full : 1, body = 1 + each * (payload + 1);
		return [[1 / interval, h.request + digits + full * (h.answer + width(body) + body) + (1 - full) * h.empty + h.tags * digits, 3, h.answer + body], [0, 0, 0]];
	}

	function meanDigits(last) {
		let sum = 0;
		for (let d = 1, from = 1; from <= last; d++, from *= 10) sum += d * (Math.min(last, from * 10 - 1) - from + 1);
		return sum / last;
	}

	function traffic(c) {
		const rate = load.rate_per_sec, asks = c.transport === "polling" || c.transport === "longpoll";
		if (c.foreign) return {missing: c.foreign};
		if (asks && !c.heads.request) return {missing: "the record does not tell the size of a request"};
		const digits = meanDigits(Math.floor(Math.max(1, rate * month)));
		const even = exchanges(c, false, digits), random = exchanges(c, true, digits), [event] = even;
		let lo = event[2], mid = lo, hi = lo, requests = 1, beyond = [], doubts = [];
		if (c.transport !== "polling" && rate * shared > 1) {
			const s = at(c.segments, {x: rate, payload: c.segments.payload}), a = at(c.requests, {x: rate, payload: c.requests.payload});
			if (s.missing) [lo, beyond] = [1, [s.missing]];
			else ({lo, value: mid, hi, beyond, doubts} = s);
			if (c.transport === "longpoll" && !a.missing) requests = a.value;
		}
		const share = c.transport === "polling" ? Math.min(1, rate * load.poll_interval_sec) : 1;
		const more = (Math.ceil(event[3] / segment) - 1) * share;
		lo += more;
		mid += 1.5 * more;
		hi += 2 * more;
		const bytes = ([e, idle], segments) => {
			const events = load.payload_bytes + 1, one = c.transport === "longpoll" ? events + requests * (e[1] - events) : e[1];
			return e[0] * (one + segments * head) + idle[0] * (idle[1] + idle[2] * head);
		};
		const n = {value: bytes(even, mid), lo: Math.min(bytes(even, lo), bytes(random, lo)), hi: Math.max(bytes(even, hi), bytes(random, hi)), beyond, doubts};
		if (asks) {
			const each = requests * event[0] + even[1][0];
			n.lo -= each * (c.heads.request - c.request_bytes[0]);
			n.hi += each * (c.request_bytes[1] - c.heads.request);
		}
		return n;
	}

	return basis.transports.map(c => {
		const none = missing => ({missing});
		if (c.missing) return {transport: c.transport, bytes: none(c.missing), cores: none(c.missing), memory: none(c.missing), p50: none(c.missing), p99: none(c.missing)};
		const {clients, topics, rate_per_sec: rate, payload_bytes: payload, poll_interval_sec: interval} = load, polling = c.transport === "polling";
		const where = polling ? {x: clients / interval, y: rate * interval, clients, payload} : {x: clients * rate, y: clients / topics, clients, payload};
		const e = {transport: c.transport, bytes: times(traffic(c), clients * month), cores: rate === 0 ? none("the record tells the server CPU only of events") : times(at(c.cpu_sec, where), where.x)};
		e.memory = times(at(c.memory_bytes, {x: clients, clients, payload: c.memory_bytes.payload}), clients);
		const late = (law, share) => {
			if (rate === 0) return none("there are no events");
			if (!polling) return at(law, where);
			if (c.trip.missing) return {missing: c.trip.missing};
			const slot = interval / (2 * clients), wait = share * interval;
			return {value: wait + c.trip.value / 2, lo: wait - slot, hi: wait + slot + c.trip.hi, beyond: [], doubts: []};
		};
		[e.p50, e.p99] = [late(c.p50_sec, 0.5), late(c.p99_sec, 0.99)];
		if (!e.cores.missing && basis.cores > 0 && e.cores.value > basis.cores) {
			for (const n of [e.p50, e.p99]) if (!n.missing) n.beyond.push(`${count(Number(e.cores.value.toPrecision(3)))} server cores (the machine of the record has ${basis.cores})`);
		}
		return e;
	});
}

// A value with three significant digits: 1.20 kB.
function show(v, kind) {
	let [units, base] = {bytes: [["B", "kB", "MB", "GB", "TB", "PB", "EB"], 1], sec: [["ns", "µs", "ms", "s"], 1e-9]}[kind] || [[""], 1], i = 0;
	for (v = Number((v / base).toPrecision(3)); i < units.length - 1 && v >= 1000; i++) v = Number((v / 1000).toPrecision(3));
	const text = v >= 100 ? Math.round(v).toLocaleString("en-US") : kind !== "sec" && i === 0 && Number.isInteger(v) ? String(v) : v.toPrecision(3);
	return (text + "\u00a0" + units[i]).trim();
}

// What is said of the numbers of some transports, as Remarks of results/estimate.
function remarks(all, of, name) {
	const found = new Map();
	all.forEach((e, i) => {
		const parts = new Map();
		for (const [part, n] of [["bytes", e.bytes], ["server cores", e.cores], ["memory", e.memory], ["latency", e.p50], ["latency", e.p99]]) {
			for (const text of of(n)) parts.set(text, (parts.get(text) || new Set()).add(part));
		}
		for (const [text, set] of parts) {
			const end = (set.size === 4 ? "" : " (" + [...set].join(", ") + ")") + ": " + text;
			found.set(end, [...(found.get(end) || []), name(i)]);
		}
	});
	const list = names => names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + " and " + names.at(-1);
	return [...found].map(([end, names]) => list(names) + end);
}

if (typeof document !== "undefined") {
	const byId = id => document.getElementById("your-load-" + id), form = byId("form"), fields = form.elements;
	const basis = JSON.parse(byId("basis").textContent), rows = document.querySelectorAll("#your-load-result tbody tr");
	const ask = () => {
		const load = Object.fromEntries([...fields].filter(e => e.name).map(e => [e.name, e.valueAsNumber]));
		fields.topics.setCustomValidity(load.topics > load.clients ? "There are more topics than clients." : "");
		const wrong = [...fields].find(e => e.name && !e.validity.valid);
		const all = wrong ? [] : estimate(basis, load);
		byId("lead").hidden = true; // it is of the load that stood here before
		[...rows].forEach((row, i) => ["bytes", "cores", "memory", "p50", "p99"].forEach((part, j) => {
			const cell = row.cells[j + 1].firstElementChild, kind = ["bytes", "count", "bytes", "sec", "sec"][j], n = wrong ? {missing: wrong.validationMessage} : all[i][part];
			cell.textContent = n.missing ? "–" : (n.beyond.length ? "~" : "") + show(n.value, kind) + (n.doubts.length ? " ⚠" : "");
			cell.title = n.missing || n.doubts.join("\n");
			if (!n.missing && !n.beyond.length && show(n.lo, kind) !== show(n.hi, kind)) {
				const bounds = cell.appendChild(document.createElement("small"));
				bounds.textContent = show(n.lo, kind) + "–" + show(n.hi, kind);
			}
		}));
		if (wrong) {
			byId("beyond").textContent = "No estimate: " + wrong.labels[0].textContent.trim() + ": " + wrong.validationMessage;
			return;
		}
		const name = i => rows[i].cells[0].textContent.trim();
		const beyond = remarks(all, n => n.beyond || [], name), missing = remarks(all, n => n.missing ? [n.missing] : [], name);
		byId("beyond").textContent = (beyond.length ? "~ Beyond what was measured: " + beyond.join("; ") + "." : "All of it lies within what was measured.") +
			(missing.length ? " Not known: " + missing.join("; ") + "." : "") + " " + basis.packets;
	};
	form.hidden = false;
	form.addEventListener("input", ask);
	form.addEventListener("submit", event => event.preventDefault());
}
