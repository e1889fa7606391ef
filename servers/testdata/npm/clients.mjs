// Drives every route with the clients that people use from npm: ws,
// eventsource and fetch. Usage: node clients.mjs URL, with PUSHBENCH_NPM
// naming a directory in which ws and eventsource are installed. Prints a line
// for each fact that holds; the first that does not ends it with status 1.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.PUSHBENCH_NPM, 'x.js'))
const { WebSocket } = require('ws')
const { EventSource } = require('eventsource')
const base = process.argv[2]
const wsBase = base.replace('http', 'ws')
const cursorHeader = 'Last-Event-ID'

function fact(what, got, want) {
  if (JSON.stringify(got) !== JSON.stringify(want)) {
    console.error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`)
    process.exit(1)
  }
  console.log('ok ' + what)
}

async function publish(topic, ...numbers) {
  const body = numbers.map(n => JSON.stringify({ n })).join('\n')
  const res = await fetch(`${base}/publish?topic=${topic}`, { method: 'POST', body })
  return (await res.text()).trim().split('\n').map(line => JSON.parse(line).id)
}

// ws: take n messages after a cursor, then close.
function messages(topic, after, n) {
  return new Promise((resolve, reject) => {
    const got = []
    const ws = new WebSocket(`${wsBase}/websocket?topic=${topic}&after=${after}`)
    ws.on('message', (data, binary) => {
      got.push(binary ? 'binary' : JSON.parse(data).n)
      if (got.length === n) ws.close(1000)
    })
    ws.on('close', code => resolve({ got, code }))
    ws.on('error', reject)
  })
}

// eventsource: take n events from a URL, then close.
function events(url, n) {
  return new Promise(resolve => {
    const got = []
    const es = new EventSource(url)
    const take = e => {
      if (got.length === n) return // more came with the last one
      got.push(e.type === 'gap' ? ['gap', JSON.parse(e.data), e.lastEventId] : [JSON.parse(e.data).n, e.lastEventId])
      if (got.length === n) { es.close(); resolve(got) }
    }
    es.addEventListener('message', take)
    es.addEventListener('gap', take)
  })
}

fact('publish numbers events from 1', await publish('a', 10, 20, 30), [1, 2, 3])

let res = await fetch(`${base}/polling?topic=a&after=1`)
fact('polling answers what is after the cursor', await res.json(), [{ n: 20 }, { n: 30 }])
fact('and tells the next cursor', res.headers.get(cursorHeader), '3')
res = await fetch(`${base}/polling?topic=a&after=3`)
fact('polling answers 204 when there is nothing new', res.status, 204)
res = await fetch(`${base}/polling?topic=a`, { headers: { 'If-None-Match': '"3"' } })
fact('and 304 to an entity tag', res.status, 304)

const held = fetch(`${base}/longpoll?topic=a&after=3&wait=30s`).then(r => r.json())
await publish('a', 40)
fact('a held long-poll is answered by the next event', await held, [{ n: 40 }])

fact('ws receives one text message for each event', await messages('a', 0, 4), { got: [10, 20, 30, 40], code: 1000 })
fact('ws resumes after its cursor', await messages('a', 2, 2), { got: [30, 40], code: 1000 })

fact('eventsource receives events and their ids', await events(`${base}/sse?topic=a&after=0`, 4),
  [[10, '1'], [20, '2'], [30, '3'], [40, '4']])
fact('eventsource resumes after its cursor', await events(`${base}/sse?topic=a&after=3`, 1), [[40, '4']])

for (let n = 1; n <= 20; n++) await publish('b', n) // more than the history holds
const gap = await new Promise((resolve, reject) => {
  const ws = new WebSocket(`${wsBase}/websocket?topic=b&after=1`)
  ws.on('close', (code, reason) => resolve([code, JSON.parse(reason)]))
  ws.on('error', reject)
})
fact('ws is told of a gap by its close code', gap, [4410, { after: 1, oldest: 13 }])
fact('eventsource is told of a gap by an event and goes on', (await events(`${base}/sse?topic=b&after=1`, 2)),
  [['gap', { after: 1, oldest: 13 }, '12'], [13, '13']])
res = await fetch(`${base}/polling?topic=b&after=1`)
fact('polling is told of a gap by status 410', [res.status, await res.json()], [410, { after: 1, oldest: 13 }])

fact('eventsource is told of a server that was started anew, and goes on', (await events(`${base}/sse?topic=a&after=99`, 3)),
  [['gap', { after: 99, oldest: 1 }, '0'], [10, '1'], [20, '2']])
const epoch = (await (await fetch(`${base}/stats`)).json()).epoch
fact('and of one with larger numbers, by its epoch', (await events(`${base}/sse?topic=a&after=00000000-3`, 2)),
  [['gap', { after: 3, oldest: 1, epoch }, `${epoch}-0`], [10, `${epoch}-1`]])
fact('eventsource resumes with an epoch', (await events(`${base}/sse?topic=a&after=${epoch}-3`, 1)), [[40, `${epoch}-4`]])

const echo = await new Promise((resolve, reject) => {
  const ws = new WebSocket(`${wsBase}/echo`)
  const got = []
  ws.on('open', () => { ws.send('text ✓'); ws.send(Buffer.from([0, 255])); ws.ping('x') })
  ws.on('message', (data, binary) => { got.push(binary ? [...data] : data.toString()) })
  ws.on('pong', data => { got.push('pong ' + data); ws.close(1000) })
  ws.on('close', () => resolve(got))
  ws.on('error', reject)
})
fact('echo returns text, binary and pings', echo, ['text ✓', [0, 255], 'pong x'])

const stats = await (await fetch(`${base}/stats`)).json()
fact('stats count the events', stats.published, 24)
