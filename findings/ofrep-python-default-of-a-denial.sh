#!/usr/bin/env bash
# Guess: the OFREP provider for Python passes on a reason that is in no list (50 %), and takes an answer without `value` as the
# default without an error (40 %).
# Behavior: openfeature-provider-ofrep 0.3.0 returns the default of the caller, with the error GENERAL, for each valid answer that has no
# `variant`, no `reason`, or a reason outside of OpenFeature's list. OFREP 1 requires none of them. The provider for Node.js 0.1.3 returns
# the value.
# Why users meet it: a server answers `value: false` for a feature that is not included, and an application that prefers to stay open
# has the default `true`. In Python the feature is open, in Node.js it is closed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"; kill "$server" 2>/dev/null || true' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @openfeature/server-sdk@1.23.0 @openfeature/ofrep-provider@0.1.3
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openfeature-provider-ofrep==0.3.0 openfeature-sdk==0.10.0
cat >server.mjs <<'JS'
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'

const ANSWERS = {
  all: { reason: 'DISABLED', variant: 'off' },
  'no-variant': { reason: 'DISABLED' },
  'no-reason': { variant: 'off' },
  'own-reason': { reason: 'NOT_INCLUDED', variant: 'off' },
}
const server = createServer((request, response) => {
  const key = request.url.split('/').at(-1)
  request.resume()
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ key, value: false, ...ANSWERS[key] }))
})
server.listen(0, '127.0.0.1', () => writeFileSync('port', String(server.address().port)))
JS
cat >case.mjs <<'JS'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'

await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: process.argv[2] }))
const client = OpenFeature.getClient()
for (const key of ['all', 'no-variant', 'no-reason', 'own-reason'])
  console.log('node', key, await client.getBooleanValue(key, true, { targetingKey: 'one' }))
JS
cat >case.py <<'PYTHON'
import logging
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

logging.disable()
api.set_provider(OFREPProvider(base_url=sys.argv[1]))
client = api.get_client()
for key in ("all", "no-variant", "no-reason", "own-reason"):
    details = client.get_boolean_details(key, True, EvaluationContext(targeting_key="one"))
    print("python", key, str(details.value).lower(), details.error_code)
PYTHON
node server.mjs &
server=$!
until [ -s port ]; do sleep 0.1; done
npm ls
venv/bin/pip freeze | grep openfeature
seen=$(node case.mjs "http://127.0.0.1:$(cat port)"; venv/bin/python case.py "http://127.0.0.1:$(cat port)")
echo "$seen"
[ "$seen" = 'node all false
node no-variant false
node no-reason false
node own-reason false
python all false None
python no-variant true GENERAL
python no-reason true GENERAL
python own-reason true GENERAL' ]
