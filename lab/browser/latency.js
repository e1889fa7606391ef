// A page whose clients subscribe to a topic, and that notes when each event has come to each of
// them, by its number.
(() => {
  let got = [], count = 0, stops = [];

  // noting returns what notes the events of one more client.
  function noting() {
    const own = [];
    got.push(own);
    return (text, at) => {
      const {seq} = JSON.parse(text);
      if (own[seq] === undefined) count++;
      own[seq] ??= at;
    };
  }

  const ways = {
    sse(topic, note) {
      const source = new EventSource(`/sse?${topic}&after=0`);
      source.onmessage = message => note(message.data, performance.now());
      return () => source.close();
    },
    websocket(topic, note) {
      const socket = new WebSocket(`ws://${location.host}/websocket?${topic}&after=0`);
      socket.onmessage = message => note(message.data, performance.now());
      return () => socket.close();
    },
    longpoll(topic, note) {
      const control = new AbortController();
      (async () => {
        for (let after = "0"; !control.signal.aborted;) {
          const answer = await fetch(`/longpoll?${topic}&after=${after}`, {cache: "no-store", signal: control.signal});
          const text = await answer.text(), at = performance.now();
          after = answer.headers.get("Last-Event-ID") ?? after;
          if (answer.status === 200) JSON.parse(text).forEach(event => note(JSON.stringify(event), at));
        }
      })().catch(() => {}); // it was aborted, or events are missing
      return () => control.abort();
    },
  };

  globalThis.subscribe = (transport, topic, clients) => {
    got = [];
    count = 0;
    stops = Array.from({length: clients}, () => ways[transport]("topic=" + topic, noting()));
  };

  // arrivals waits until each client has n events, but no longer than so many milliseconds. It
  // returns when each has come to each client; -1 is never.
  globalThis.arrivals = (n, limit) => new Promise(done => {
    const end = performance.now() + limit;
    const look = () => {
      if (count < n * got.length && performance.now() < end) return setTimeout(look, 5);
      stops.forEach(stop => stop());
      done(got.map(own => Array.from({length: n}, (_, seq) => own[seq] ?? -1)));
    };
    look();
  });

  // tick is how far apart two readings of the page's clock are at least, in milliseconds.
  globalThis.tick = () => {
    let least = Infinity;
    for (let i = 0; i < 20; i++) {
      const from = performance.now();
      let to = from;
      while (to === from) to = performance.now();
      least = Math.min(least, to - from);
    }
    return least;
  };
})()
