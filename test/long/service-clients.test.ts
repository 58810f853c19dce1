import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { childEnvironment } from '../support/child-environment.js'
import { newAccount } from '../support/entitlements.js'
import { runTool } from '../support/install-tools.js'
import { itUnless } from '../support/skip.js'
import { wireVectors } from '../support/service-clients/wire-vectors.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const missing = (command: string, args: string[], wanted: RegExp): string | null => {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return wanted.test(stdout ?? '') ? null : `needs ${command}`
}

const goReason = missing('go', ['version'], /go1\.(?:2[2-9]|[3-9]\d)/)

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
    reason: goReason,
    command: 'go',
    args: ['run', '.'],
    folder: 'examples/go-client',
  },
]

describe('clients of services in other languages', () => {
  itUnless(goReason)('has the form of gofmt in Go [CL86]', () => {
    expect(spawnSync('gofmt', ['-l', 'examples/go-client'], { encoding: 'utf8' }).stdout).toBe('')
  })

  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    key = await server.serviceKey(['entitlements:write'])
  })
  afterAll(async () => {
    await server.close()
  })

  for (const { language, reason, command, args, folder: cwd } of clients)
    itUnless(reason)(`signs, verifies, checks, consumes and records usage in ${language} [CL80]`, async () => {
      const account = await newAccount(server)
      const { code, output } = await runTool(command, [...args, resolve('examples/wire-vectors.json')], {
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
        signatures: wireVectors.agent.map(({ expected }) => expected),
        webhooks: wireVectors.webhooks.map(({ expected }) => expected),
        allowed: true,
        consumed: [30, 30],
        sameId: true,
        committed: [4, 34],
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
