#!/usr/bin/env bash
# Guess: `track` of Autumn's clients repeats a request that was answered with 500, or raises an error (80 %).
# Behavior: `autumn-js` 1.3.13 and `autumn-sdk` 1.2.0 for Python do neither. `track` returns a result like that of a success, with an empty
# customer, a value of 0 and no balance, and the client for Node.js writes a warning to the console. A 429 and a 400 do raise an error.
# Why users meet it: a check that fails open is a choice. Usage that is dropped in the same way is billed to no customer, and no code that
# waits for an exception repeats it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund autumn-js@1.3.13
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check autumn-sdk==1.2.0
cat >case.mjs <<'JS'
import { Autumn } from 'autumn-js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'

let requests = 0
let status = 500
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    requests += 1
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"unavailable"}')
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const serverURL = `http://127.0.0.1:${server.address().port}`
const track = () => new Autumn({ secretKey: 'key', serverURL }).track({ customerId: 'customer', featureId: 'feature', value: 1 })
console.log('node', JSON.stringify(await track()), requests)
await once(spawn('venv/bin/python', ['case.py', serverURL], { stdio: ['ignore', 'inherit', 'ignore'] }), 'exit')
console.log('requests', requests)
status = 429
console.log('node', await track().then(JSON.stringify, () => 'an error'))
server.close()
server.closeAllConnections()
JS
cat >case.py <<'PYTHON'
import sys

from autumn_sdk import Autumn

result = Autumn(secret_key="key", server_url=sys.argv[1]).track(customer_id="customer", feature_id="feature", value=1)
print("python", repr(result.customer_id), result.value, result.balance, flush=True)
PYTHON
npm ls
venv/bin/pip freeze | grep autumn
seen=$(node case.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = 'node {"customerId":"","value":0,"balance":null} 1
python '"''"' 0.0 None
requests 2
node an error' ]
