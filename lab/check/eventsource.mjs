// Runs an EventSource of npm's package eventsource, and tells what it does, a line of JSON for each
// thing: what, and when, in seconds. Usage: URL, HEADERS as a JSON object, and a DIRECTORY from
// which the package is found.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [url, headers, directory] = process.argv.slice(-3)
const say = (what, more) => console.log(JSON.stringify({ what, at: performance.now() / 1000, ...more }))

function load() {
  const require = createRequire(join(directory, 'x.js'))
  try {
    const { EventSource } = require('eventsource')
    return { EventSource, version: require('eventsource/package.json').version }
  } catch (error) {
    return { error: String(error.code ?? error) }
  }
}

const { EventSource, version, error } = load()
if (EventSource === undefined) {
  say('missing', { error })
  process.exit()
}
say('found', { version })

const source = new EventSource(url, {
  async fetch(input, init) {
    const all = new Headers(init.headers)
    for (const [name, value] of Object.entries(JSON.parse(headers))) all.set(name, value)
    say('asks', { id: all.get('Last-Event-ID') ?? '' })
    const answer = await fetch(input, { ...init, headers: all })
    say('answered', { status: answer.status })
    return answer
  },
})
source.onerror = () => say(source.readyState === EventSource.CLOSED ? 'stops' : 'waits')
