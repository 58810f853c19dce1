import { Webhook } from 'standardwebhooks'
import { bodySignature, requestSignature } from '#services/deployments/agents/request-signature.js'

const NOW = 1_768_471_200
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2VjcmV0IG9mIHRoZSBuZXh0IG1vbnRocw==']
const EVENT =
  '{"type":"usage.warning","timestamp":"2026-01-15T10:00:00.000Z","data":{"accountId":"acc_1","feature":"größe ✓"}}'

const REQUESTS = [
  {
    token: 'agt_0123456789',
    method: 'POST',
    path: '/api/v1/agent/commands/report',
    timestamp: String(NOW),
    requestId: 'r-1',
    body: '{"a":"größe"}',
  },
  {
    token: 'schlüssel',
    method: 'GET',
    path: '/api/v1/agent/commands/wait/abc?timeout=30',
    timestamp: String(NOW),
    requestId: 'r-2',
    body: '',
  },
]

/** Requests of agents with the signatures that the server expects. */
const agent = REQUESTS.map((request) => {
  const body = Buffer.from(request.body)
  return {
    ...request,
    expected: {
      'X-Agent-Signature': bodySignature(request.token, body),
      'X-Agent-Signature-V2': requestSignature(request.token, { ...request, body }),
    },
  }
})

interface Change {
  readonly by?: readonly string[]
  readonly body?: string
  readonly received?: string
  readonly at?: number
  readonly without?: string
}

/** A webhook as the server signs it, with a change. `expected` is the type of the event, or the reason of the rejection. */
function webhook(
  expected: string,
  { by = [SECRETS[0]!], body = EVENT, received = body, at = NOW, without }: Change = {},
) {
  const signatures = by.map((secret) => new Webhook(secret).sign('evt_1', new Date(at * 1000), body))
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(at),
    'webhook-signature': signatures.join(' '),
  }
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== without))
  return { body: received, headers: sent, secrets: SECRETS, now: NOW, expected }
}

const webhooks = [
  webhook('usage.warning'),
  webhook('usage.warning', { by: [SECRETS[1]!] }),
  webhook('usage.warning', { by: SECRETS.toReversed() }),
  webhook('signature', { by: ['whsec_YW5vdGhlcg=='] }),
  webhook('signature', { received: EVENT.replace('acc_1', 'acc_2') }),
  webhook('timestamp', { at: NOW - 301 }),
  webhook('timestamp', { at: NOW + 301 }),
  webhook('headers', { without: 'webhook-signature' }),
  webhook('body', { body: '[]' }),
]

/** Signed messages with the results of the server, by which clients in any language are tested. */
export const wireVectors = { agent, webhooks }
