import { spawnSync } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { childEnvironment } from '../support/child-environment.js'
import { newAccount } from '../support/entitlements.js'
import { runTool } from '../support/install-tools.js'
import { itUnless } from '../support/skip.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const NOW = 1_768_471_200
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2VjcmV0IG9mIHRoZSBuZXh0IG1vbnRocw==']
const EVENT =
  '{"type":"usage.warning","timestamp":"2026-01-15T10:00:00.000Z","data":{"accountId":"acc_1","feature":"größe ✓"}}'

const AGENT = [
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
].map((vector) => {
  const { token, method, path, timestamp, requestId, body } = vector
  const sign = (text: string) => createHmac('sha256', token).update(text).digest('base64')
  const lines = ['v2', method, path, timestamp, requestId, createHash('sha256').update(body).digest('hex')]
  return { ...vector, expected: { 'X-Agent-Signature': sign(body), 'X-Agent-Signature-V2': sign(lines.join('\n')) } }
})

/** A webhook as the server signs it, with a change. */
const webhook = (
  expected: string,
  change: { by?: string[]; body?: string; sent?: string; at?: number; without?: string } = {},
) => {
  const { by = [SECRETS[0]!], body = EVENT, sent = body, at = NOW, without } = change
  const headers: Record<string, string> = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(at),
    'webhook-signature': by.map((secret) => new Webhook(secret).sign('evt_1', new Date(at * 1000), body)).join(' '),
  }
  if (without) delete headers[without]
  return { body: sent, headers, secrets: SECRETS, now: NOW, expected }
}

const WEBHOOKS = [
  webhook('usage.warning'),
  webhook('usage.warning', { by: [SECRETS[1]!] }),
  webhook('usage.warning', { by: SECRETS.toReversed() }),
  webhook('signature', { by: ['whsec_YW5vdGhlcg=='] }),
  webhook('signature', { sent: EVENT.replace('acc_1', 'acc_2') }),
  webhook('timestamp', { at: NOW - 301 }),
  webhook('timestamp', { at: NOW + 301 }),
  webhook('headers', { without: 'webhook-signature' }),
  webhook('body', { body: '[]' }),
]

const missing = (command: string, args: string[], wanted: RegExp): string | null => {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return wanted.test(stdout ?? '') ? null : `needs ${command}`
}

const clients = [
  {
    language: 'Python',
    reason: missing('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], /True/),
    command: 'python3',
    args: ['main.py'],
    folder: 'examples/python-client',
  },
  {
    language: 'Go',
    reason: missing('go', ['version'], /go1\.(?:2[2-9]|[3-9]\d)/),
    command: 'go',
    args: ['run', '.'],
    folder: 'examples/go-client',
  },
]

describe('clients of services in other languages', () => {
  let server: TestServer
  let key: string
  let folder: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    key = await server.serviceKey(['entitlements:write'])
    folder = mkdtempSync(join(tmpdir(), 'service-clients-'))
    writeFileSync(join(folder, 'vectors.json'), JSON.stringify({ agent: AGENT, webhooks: WEBHOOKS }))
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await server.close()
  })

  for (const { language, reason, command, args, folder: cwd } of clients)
    itUnless(reason)(`signs, verifies, checks, consumes and records usage in ${language} [CL80]`, async () => {
      const account = await newAccount(server)
      const { code, output } = await runTool(command, [...args, join(folder, 'vectors.json')], {
        cwd,
        env: {
          ...childEnvironment,
          STACKGATE_URL: server.url,
          STACKGATE_KEY: key,
          STACKGATE_ACCOUNT: account,
          GOFLAGS: '-mod=mod',
          GOTOOLCHAIN: 'local',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      })
      if (code !== 0) throw new Error(output)
      expect(JSON.parse(output)).toEqual({
        signatures: AGENT.map(({ expected }) => expected),
        webhooks: WEBHOOKS.map(({ expected }) => expected),
        allowed: true,
        consumed: [30, 30],
        sameId: true,
        denied: 'QUOTA_EXCEEDED',
        remedies: true,
        recorded: [
          [1, 0],
          [0, 1],
        ],
        missing: '404 NOT_FOUND',
      })
    })
})
