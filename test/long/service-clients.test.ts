import { spawnSync } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { childEnvironment } from '../support/child-environment.js'
import { newAccount } from '../support/entitlements.js'
import { runTool } from '../support/install-tools.js'
import { itUnless, withoutGo, withoutProgram } from '../support/skip.js'
import { installPythonPackage } from '../support/service-clients/python-package.js'
import { wireVectors } from '../support/service-clients/wire-vectors.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const goReason = withoutGo()
const goEnvironment = { ...childEnvironment, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
const GO_FOLDERS = ['packages/go', 'examples/go-client', 'test/support/service-clients/go-program']

const pythonReason = withoutProgram('python3', ['-c', 'import sys; print(sys.version_info >= (3, 10))'], /True/)
/** Folder with the environment in which the Python package is installed. */
let environment = ''
const python = (): string => join(environment, 'bin/python')

const clients = [
  ...['sync', 'async'].map((mode) => ({
    language: `Python (${mode})`,
    reason: pythonReason,
    command: python,
    args: ['program.py', mode],
    folder: 'test/support/service-clients',
  })),
  {
    language: 'Go',
    reason: goReason,
    command: () => 'go',
    args: ['run', '.'],
    folder: 'test/support/service-clients/go-program',
  },
]

/** Response of a hostile server or network to one request. `send` passes the request on. */
type Treatment = (send: () => Promise<Response>, response: ServerResponse) => unknown

const page = (status: number, headers: Record<string, string> = {}) =>
  ((_send, response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html>Proxy</html>')) as Treatment
const pass: Treatment = async (send, response) => {
  const passed = await send()
  response.writeHead(passed.status, { 'content-type': 'application/json' }).end(await passed.text())
}

const json =
  (body: object): Treatment =>
  (_send, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const instead = (status: number, found: string): string =>
  `The response with status ${status} has ${found} instead of a result of Stackgate.`
const PAGE = 'a body of the type text/html'

/** A call of a client as its requests are treated, and its outcome. */
const CALLS: readonly (readonly [outcome: string, ...treatments: Treatment[]])[] = [
  // A connection that is cut, and one that is silent.
  ['done', (_send, response) => response.destroy(), () => undefined, pass],
  // The units are used, and half of the response arrives, or none.
  [
    'done',
    async (send, response) => {
      await send()
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
        .write('{"id":', () => setTimeout(() => response.destroy(), 50))
    },
    (send) => send(),
    pass,
  ],
  ['done', page(503, { 'retry-after': '1' }), pass],
  [`503 UNAVAILABLE true: ${instead(503, PAGE)}`, page(503, { 'retry-after': '60' })],
  [`502 UNAVAILABLE true: ${instead(502, PAGE)}`, page(502), page(502), page(502)],
  [`429 RATE_LIMITED true: ${instead(429, PAGE)}`, page(429, { 'retry-after': '60' })],
  // The units are used, and a page arrives.
  [
    `200 BAD_RESPONSE true: ${instead(200, PAGE)}`,
    async (send, response) => {
      await send()
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')
    },
  ],
  // The request arrives twice.
  [
    'done',
    async (send, response) => {
      await send()
      await pass(send, response)
    },
  ],
  // Another service responds.
  [`200 BAD_RESPONSE true: ${instead(200, "JSON with the members 'status'")}`, json({ status: 'ok' })],
  [`200 BAD_RESPONSE true: ${instead(200, 'JSON that is not an object')}`, json([{ id: 'con_1' }])],
  [`200 BAD_RESPONSE true: ${instead(200, "JSON with the members 'amount', 'id'")}`, json({ id: 'con_1', amount: 1 })],
]
/** Recording of usage, which is the last call. */
const RECORD = [
  `200 BAD_RESPONSE false: ${instead(200, "JSON with the members 'status'")}`,
  json({ data: { recordUsage: { status: 'ok' } } }),
] as const

/** The tests of the module in Go read the vectors. */
const VECTORS = {
  signatures: wireVectors.agent.map(({ expected }) => expected),
  webhooks: wireVectors.webhooks.map(({ expected }) => expected),
}
const GO_ONLY = { released: ['released', 34], requested: 90, missingAccount: 'NOT_FOUND' }

/** A server before another one. It treats requests in this order, and has the time at which each arrived. */
async function hostileProxy(url: string): Promise<{ server: Server; url: string; arrivals: number[] }> {
  const treatments = [...CALLS.flatMap(([, ...each]) => each), RECORD[1]]
  const arrivals: number[] = []
  const treat = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const treatment = treatments[arrivals.length]!
    arrivals.push(performance.now())
    const { authorization = '' } = request.headers
    const init = {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: await text(request),
    }
    await treatment(() => fetch(`${url}${request.url}`, init), response)
  }
  const server = createServer((request, response) => void treat(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  return { server, url: `http://127.0.0.1:${port}`, arrivals }
}

describe('clients of services in other languages', () => {
  itUnless(goReason)('have the form of gofmt in Go', () => {
    expect(spawnSync('gofmt', ['-l', ...GO_FOLDERS], { encoding: 'utf8' }).stdout).toBe('')
  })

  itUnless(goReason)('pass the vet and the tests of the module in Go', async () => {
    for (const command of ['vet', 'test']) {
      const { code, output } = await runTool('go', [command, './...'], { cwd: 'packages/go', env: goEnvironment })
      if (code !== 0) throw new Error(output)
    }
  })

  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    key = await server.serviceKey(['entitlements:write'])
    if (!pythonReason) environment = await installPythonPackage()
  })
  afterAll(async () => {
    await server.close()
    if (environment) rmSync(environment, { recursive: true })
  })

  itUnless(pythonReason)('pass the tests of the installed Python package', async () => {
    const options = { cwd: 'packages/python', env: { ...childEnvironment, PYTHONDONTWRITEBYTECODE: '1' } }
    const tested = await runTool(
      python(),
      ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-o', 'pythonpath='],
      options,
    )
    expect(tested.output).toMatch(/^\d+ passed/m)
    expect(tested.code).toBe(0)
    const typed = await runTool(python(), ['-m', 'mypy', '--cache-dir', join(environment, 'mypy')], options)
    expect(typed.output).toMatch(/^Success: /m)
  })

  itUnless(pythonReason)('run the example of the Python package', async () => {
    const account = await newAccount(server)
    const { code, output } = await runTool(python(), ['examples/python-client/main.py'], {
      cwd: process.cwd(),
      env: { ...childEnvironment, STACKGATE_URL: server.url, STACKGATE_SECRET_KEY: key, STACKGATE_ACCOUNT: account },
    })
    expect([code, output]).toEqual([0, expect.stringMatching(/^\d+ runs remain\.\n$/)])
  })

  for (const { language, reason, command, args, folder: cwd } of clients)
    itUnless(reason)(`use units once with a hostile server and network in ${language}`, async () => {
      const proxy = await hostileProxy(server.url)
      const account = await newAccount(server)
      const { code, output } = await runTool(command(), [...args, 'calls', String(CALLS.length)], {
        cwd,
        env: {
          ...childEnvironment,
          STACKGATE_URL: proxy.url,
          STACKGATE_SECRET_KEY: key,
          STACKGATE_ACCOUNT: account,
          GOFLAGS: '-mod=mod',
          GOTOOLCHAIN: 'local',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      })
      proxy.server.closeAllConnections()
      proxy.server.close()
      if (code !== 0) throw new Error(output)
      expect(JSON.parse(output)).toEqual([...CALLS, RECORD].map(([outcome]) => outcome))
      expect(proxy.arrivals).toHaveLength(CALLS.reduce((sum, [, ...treatments]) => sum + treatments.length, 1))
      // After 503 with a wait of a second.
      const waited = CALLS.slice(0, 2).reduce((sum, [, ...treatments]) => sum + treatments.length, 0)
      expect(proxy.arrivals[waited + 1]! - proxy.arrivals[waited]!).toBeGreaterThan(1_000)
      const checked = await server.rest('POST', '/api/v1/entitlements/check', {
        token: key,
        body: { account_id: account, feature: 'attribution_runs' },
      })
      expect(checked.body).toMatchObject({ entitlement: { used: 5 } })
    })

  for (const { language, reason, command, args, folder: cwd } of clients)
    itUnless(reason)(`signs, verifies, checks, consumes and records usage in ${language}`, async () => {
      const account = await newAccount(server)
      const { code, output } = await runTool(command(), [...args, resolve('examples/wire-vectors.json')], {
        cwd,
        env: {
          ...childEnvironment,
          STACKGATE_URL: server.url,
          STACKGATE_SECRET_KEY: key,
          STACKGATE_ACCOUNT: account,
          GOFLAGS: '-mod=mod',
          GOTOOLCHAIN: 'local',
          PYTHONDONTWRITEBYTECODE: '1',
        },
      })
      if (code !== 0) throw new Error(output)
      const { entitlements, entitlement, ...printed } = JSON.parse(output) as Record<string, unknown>
      expect(entitlements).toEqual(entitlement && [entitlement])
      expect(printed).toEqual({
        ...(language === 'Go' ? GO_ONLY : VECTORS),
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

  itUnless(goReason)('uses units until none are left with the example in Go', async () => {
    const account = await newAccount(server)
    const env = { ...goEnvironment, STACKGATE_URL: server.url, STACKGATE_SECRET_KEY: key, STACKGATE_ACCOUNT: account }
    const use = () => runTool('go', ['run', '.'], { cwd: 'examples/go-client', env })
    expect(await use()).toEqual({ code: 0, output: 'Used: 1\n' })
    await server.rest('POST', '/api/v1/entitlements/consume', {
      token: key,
      body: { account_id: account, feature: 'attribution_runs', amount: 99, idempotency_key: 'rest' },
    })
    expect(await use()).toEqual({ code: 0, output: expect.stringMatching(/^Denied: .+\.\n$/) })
  })
})
