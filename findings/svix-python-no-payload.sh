#!/usr/bin/env bash
# Guess: none about the returned value. That svix for Node.js reads `webhook-…` headers as well as `svix-…` (85 %) was right.
# Behavior: svix 2.9.1 for Python returns None for a valid message. svix 1.99.1 for Node.js and standardwebhooks 1.1.0 for Python return
# the body.
# Why users meet it: the examples of both libraries are written as `payload = webhook.verify(body, headers)`. The signature is verified,
# and the handler then fails, or ignores a payload that is None.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund svix@1.99.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check svix==2.9.1 standardwebhooks==1.1.0
cat >case.mjs <<'JS'
import { Webhook } from 'svix'

const webhook = new Webhook('whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGUtZXhhbXBsZS0=')
const [now, body] = [new Date(), '{"type":"example"}']
const headers = {
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(now / 1000)),
  'webhook-signature': webhook.sign('msg_1', now, body),
}
console.log('svix for Node.js', webhook.verify(body, headers).type)
JS
cat >case.py <<'PYTHON'
from datetime import datetime, timezone

import standardwebhooks.webhooks
import svix.webhooks

now, body = datetime.now(timezone.utc), '{"type":"example"}'
for library in (svix.webhooks, standardwebhooks.webhooks):
    webhook = library.Webhook("whsec_ZXhhbXBsZS1leGFtcGxlLWV4YW1wbGUtZXhhbXBsZS0=")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook.sign("msg_1", now, body),
    }
    print(library.__name__, webhook.verify(body, headers))
PYTHON
npm ls
venv/bin/pip freeze | grep -E 'svix|standardwebhooks'
seen=$(node case.mjs; venv/bin/python case.py)
echo "$seen"
[ "$seen" = "svix for Node.js example
svix.webhooks None
standardwebhooks.webhooks {'type': 'example'}" ]
