#!/usr/bin/env bash
# Guess: the client of Schematic, which repeats a batch of events after an error, gives each event a key, because the service drops events
# with the same key (75 %).
# Behavior: `@schematichq/schematic-typescript-node` 1.6.2 sends the same batch again after a closed connection, and its events have no
# member that names them. `track` has no parameter for the key either. Only `events.createEvent` has one.
# Why users meet it: a batch that was stored, and whose answer was lost, is counted twice.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @schematichq/schematic-typescript-node@1.6.2
cat >case.mjs <<'JS'
import { SchematicClient } from '@schematichq/schematic-typescript-node'
import { createServer } from 'node:http'

const bodies = []
const { promise: twice, resolve: resolveTwice } = (() => {
  let resolve
  return { promise: new Promise((done) => (resolve = done)), resolve }
})()
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    bodies.push(JSON.parse(body))
    // The first batch is stored, and its answer is lost.
    if (bodies.length === 1) return request.socket.destroy()
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    resolveTwice()
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}`
const client = new SchematicClient({ apiKey: 'key', basePath: url, eventCaptureBaseURL: url, eventBufferInterval: 100 })
await client.track({ event: 'call', company: { id: 'company' }, quantity: 5 })
await twice
for (const { events } of bodies) console.log(events.length, Object.keys(events[0]).join(' '), '|', Object.keys(events[0].body).join(' '))
console.log(JSON.stringify(bodies[0]) === JSON.stringify(bodies[1]))
process.exit(0)
JS
npm ls
seen=$(node case.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '1 api_key type body sent_at | event company quantity
1 api_key type body sent_at | event company quantity
true' ]
