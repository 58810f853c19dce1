#!/usr/bin/env bash
# Guess: the server of graphql-ws closes the whole socket with 4500 if the iterator of one subscription throws before its first
# value (60 %).
# Behavior: graphql-ws 6.4.2 sends one message of the type `error` for that subscription, without `complete`, and its payload has
# the message of the thrown error alone: no path, no extensions. The socket and its other subscriptions continue.
# Why users meet it: a source that fails while it connects. A client that only reads `next` and `complete` waits forever, and a
# code that the server puts into `extensions` of its results is not there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund graphql@16.15.0 graphql-ws@6.4.2 ws@8.23.0
cat >case.mjs <<'JS'
import { createServer } from 'node:http'
import { buildSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocket, WebSocketServer } from 'ws'

const schema = buildSchema('type Query { ok: Boolean } type Subscription { failing: Int calm: Int }')
async function* failing() {
  throw new Error('not ready')
}
async function* calm() {
  await new Promise((resolve) => setTimeout(resolve, 500))
  yield { calm: 1 }
}
const http = createServer()
const server = new WebSocketServer({ server: http, path: '/graphql' })
useServer({ schema, roots: { subscription: { failing, calm } } }, server)
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
const socket = new WebSocket(`ws://127.0.0.1:${http.address().port}/graphql`, 'graphql-transport-ws')
socket.on('open', () => socket.send('{"type":"connection_init"}'))
socket.on('close', (code, reason) => console.log('closed', code, String(reason)))
socket.on('message', (data) => {
  const message = JSON.parse(data)
  if (message.type !== 'connection_ack') console.log(JSON.stringify(message))
  else
    for (const field of ['calm', 'failing'])
      socket.send(JSON.stringify({ type: 'subscribe', id: field, payload: { query: `subscription { ${field} }` } }))
  if (message.type === 'complete') process.exit()
})
JS
npm ls graphql-ws
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = '{"id":"failing","type":"error","payload":[{"message":"not ready"}]}
{"id":"calm","type":"next","payload":{"data":{"calm":1}}}
{"id":"calm","type":"complete"}' ]
