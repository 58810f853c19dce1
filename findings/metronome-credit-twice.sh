#!/usr/bin/env bash
# Guess: the clients of Orb and of Metronome, which one generator makes, repeat a request with the same idempotency key (75 %).
# Behavior: `orb-billing` 6.11.0 for Node.js and 4.90.0 for Python do. `@metronome/sdk` 3.10.0 and `metronome-sdk` 4.12.0 repeat each
# request as well, by default up to twice, but send no key. So a credit is posted twice if the first answer was lost or was a 500.
# Why users meet it: a customer has a credit twice. `uniqueness_key` of the credit prevents it, and is optional.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund orb-billing@6.11.0 @metronome/sdk@3.10.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check orb-billing==4.90.0 metronome-sdk==4.12.0
cat >server.mjs <<'JS'
import { createServer } from 'node:http'

/** Answers the first request of `name` with 500 and the others with 200, and returns how many requests and how many keys it saw. */
export const serve = async (name, call) => {
  const keys = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      keys.push(request.headers['idempotency-key'])
      response.writeHead(keys.length === 1 ? 500 : 200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  await call(`http://127.0.0.1:${server.address().port}`)
  server.close()
  server.closeAllConnections()
  console.log(name, keys.length, 'requests,', new Set(keys.filter(Boolean)).size, 'keys')
}
JS
cat >case.mjs <<'JS'
import Metronome from '@metronome/sdk'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import Orb from 'orb-billing'
import { serve } from './server.mjs'

const scheduled = [{ amount: 1, starting_at: '2026-01-01T00:00:00Z', ending_before: '2027-01-01T00:00:00Z' }]
const credit = { customer_id: 'customer', product_id: 'product', priority: 1, access_schedule: { schedule_items: scheduled } }
const python = (name) => async (url) => once(spawn('venv/bin/python', ['case.py', name, url], { stdio: 'inherit' }), 'exit')
await serve('orb node', (baseURL) =>
  new Orb({ apiKey: 'key', baseURL }).customers.credits.ledger.createEntry('customer', { entry_type: 'increment', amount: 5 }),
)
await serve('orb python', python('orb'))
await serve('metronome node', (baseURL) => new Metronome({ bearerToken: 'key', baseURL }).v1.customers.credits.create(credit))
await serve('metronome python', python('metronome'))
JS
cat >case.py <<'PYTHON'
import sys

from metronome import Metronome
from orb import Orb

_, name, url = sys.argv
if name == "orb":
    Orb(api_key="key", base_url=url).customers.credits.ledger.create_entry("customer", entry_type="increment", amount=5)
else:
    scheduled = [{"amount": 1, "starting_at": "2026-01-01T00:00:00Z", "ending_before": "2027-01-01T00:00:00Z"}]
    Metronome(bearer_token="key", base_url=url).v1.customers.credits.create(
        customer_id="customer", product_id="product", priority=1, access_schedule={"schedule_items": scheduled}
    )
PYTHON
npm ls
venv/bin/pip freeze | grep -E 'orb|metronome'
seen=$(node case.mjs)
echo "$seen"
[ "$seen" = 'orb node 2 requests, 1 keys
orb python 2 requests, 1 keys
metronome node 2 requests, 0 keys
metronome python 2 requests, 0 keys' ]
