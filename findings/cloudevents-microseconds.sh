#!/usr/bin/env bash
# Guess: the SDK of CloudEvents for JavaScript keeps the microseconds of `time` (40 %).
# Behavior: cloudevents 10.0.0 keeps the text in its constructor, and sends it through `Date`: the microseconds are cut and the offset
# becomes UTC, in the binary and in the structured mode. It reads messages in the same way.
# Why users meet it: services in Go, Python and Java write microseconds. Events of the same millisecond lose their order, and the event
# that is sent is another one than its source has stored, in a comparison or below a signature.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund cloudevents@10.0.0
cat >case.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents'

const time = '2026-01-31T23:30:00.123456-05:00'
const event = new CloudEvent({ id: '1', source: '/case', type: 'case', time, data: { ok: true } })
console.log('made', event.time)
for (const mode of ['binary', 'structured']) {
  const sent = HTTP[mode](event)
  console.log(mode, JSON.stringify(sent).includes(time), HTTP.toEvent(sent).time)
}
const read = HTTP.toEvent({
  headers: { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/case', 'ce-type': 'case', 'ce-time': time },
  body: '',
})
console.log('read', read.time)
JS
npm ls
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = 'made 2026-01-31T23:30:00.123456-05:00
binary false 2026-02-01T04:30:00.123Z
structured false 2026-02-01T04:30:00.123Z
read 2026-02-01T04:30:00.123Z' ]
