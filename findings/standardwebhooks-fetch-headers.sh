#!/usr/bin/env bash
# Guess: standardwebhooks for JavaScript reads headers in any case (50 %).
# Behavior: standardwebhooks 1.1.1 and svix 1.99.1 do so for a plain object, and throw "Missing required headers" for a `Headers` object
# that has all three. They read own members, which `Headers` does not have.
# Why users meet it: `request.headers` of Next.js, Hono, Deno, Bun and every Fetch handler is such an object. The error names the
# sender. `Object.fromEntries(request.headers)` is verified.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund standardwebhooks@1.1.1 svix@1.99.1
cat >case.mjs <<'JS'
import * as standard from 'standardwebhooks'
import * as svix from 'svix'

const [now, body] = [new Date(), '{"type":"example"}']
for (const [name, { Webhook }] of Object.entries({ standard, svix })) {
  const webhook = new Webhook('whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGUtZXhhbXBsZS0=')
  const headers = new Headers({
    'Webhook-Id': 'msg_1',
    'Webhook-Timestamp': String(Math.floor(now / 1000)),
    'Webhook-Signature': webhook.sign('msg_1', now, body),
  })
  console.log(name, webhook.verify(body, Object.fromEntries(headers)).type)
  try {
    console.log(name, webhook.verify(body, headers).type)
  } catch (error) {
    console.log(name, error.message)
  }
}
JS
npm ls
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = 'standard example
standard Missing required headers
svix example
svix Missing required headers' ]
