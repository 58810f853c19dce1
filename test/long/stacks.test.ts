import { SignJWT } from 'jose'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { freePort } from '../support/free-port.js'
import { packPackages } from '../support/packed-packages.js'
import { newFolder, run, signedWebhook, startApp, temporaryServer, type RunningApp } from '../support/package-apps.js'
import { eventually } from '../support/test-server.js'
import { CREATE_ENDPOINT } from '../support/webhook-endpoints.js'

const MAX_GATE_LINES = 5
const MAX_HANDLER_LINES = 3
/** Purposes of the lines that an application has because of Stackgate. */
const PURPOSES = ['gate', 'handler', 'sale', 'webhook', 'use', 'sign-in'] as const

type Headers = Record<string, string>

/** An application of `examples`, and the way in which its users sign in. */
interface Stack {
  readonly name: string
  readonly build?: readonly string[]
  readonly start: readonly string[]
  readonly env?: (url: string) => Record<string, string>
  /** Headers of a signed-in user. */
  readonly signIn: (url: string) => Promise<Headers>
  /** Status of a request without a session. */
  readonly anonymous: number
}

const clerk = generateKeyPairSync('rsa', { modulusLength: 2048 })
const NEXT = 'node_modules/next/dist/bin/next'

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

const STACKS: readonly Stack[] = [
  {
    name: 'better-auth-next',
    build: [NEXT, 'build'],
    start: [NEXT, 'start', '-H', '127.0.0.1'],
    env: (url) => ({ BETTER_AUTH_URL: url, BETTER_AUTH_SECRET: 'a secret of at least 32 characters' }),
    signIn: async (url) => {
      const response = await fetch(`${url}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ email: 'ann@example.com', password: 'a long password', name: 'Ann' }),
      })
      expect([response.status, await response.clone().text()]).toEqual([
        200,
        expect.stringContaining('ann@example.com'),
      ])
      return { cookie: cookiesOf(response) }
    },
    anonymous: 401,
  },
  {
    name: 'authjs-next',
    build: [NEXT, 'build'],
    start: [NEXT, 'start', '-H', '127.0.0.1'],
    env: () => ({ AUTH_SECRET: 'a secret of at least 32 characters' }),
    signIn: async (url) => {
      const csrf = await fetch(`${url}/api/auth/csrf`)
      const { csrfToken } = (await csrf.json()) as { csrfToken: string }
      const response = await fetch(`${url}/api/auth/callback/credentials`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: cookiesOf(csrf) },
        body: new URLSearchParams({ csrfToken, email: 'ann@example.com' }),
      })
      expect(cookiesOf(response)).toContain('authjs.session-token=')
      return { cookie: cookiesOf(response) }
    },
    anonymous: 401,
  },
  {
    name: 'clerk-hono',
    start: ['server.ts'],
    env: () => ({ CLERK_JWT_KEY: clerk.publicKey.export({ format: 'pem', type: 'spki' }).toString() }),
    signIn: async (url) => {
      const token = await new SignJWT({ azp: url, sid: 'sess_1', sts: 'active', v: 2, fva: [0, -1] })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'ins_1' })
        .setIssuer('https://clerk.example.com')
        .setSubject('user_2ann')
        .setIssuedAt()
        .setNotBefore('-10s')
        .setExpirationTime('60s')
        .sign(clerk.privateKey)
      return { authorization: `Bearer ${token}` }
    },
    anonymous: 401,
  },
  // An application that knows its users by a header has no anonymous ones.
  ...['express', 'fastify'].map((name) => ({
    name,
    start: ['server.ts'],
    signIn: () => Promise.resolve({ 'x-user': 'ann@example.com' }),
    anonymous: 402,
  })),
]

/** Lines of an application that Stackgate needs, by purpose. Throws for one without a mark. */
function linesOf(name: string): Record<string, number> {
  const counts: Record<string, number> = {}
  const files = globSync(`examples/${name}/**/*.{ts,tsx}`).filter((path) => !/node_modules|\/\.next\//.test(path))
  for (const path of files)
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const [, purpose] = / \/\/ ([a-z-]+)$/.exec(line) ?? []
      if (purpose && PURPOSES.includes(purpose as never)) counts[purpose] = (counts[purpose] ?? 0) + 1
      else if (
        /stackgate\b(?!_|\/)|new Stackgate|\b(?:fetchG|g)ate\(|(?:stackgate|express|fastify)Handler\(|identify/.test(
          line.replace(/^\s*(?:\/\/|\*|\/\*).*|'\/[^']*'/g, ''),
        )
      )
        throw new Error(`${path} has a line of Stackgate without a purpose: ${line}`)
    }
  return counts
}

/** Processor time of a process and of those that it has started, in seconds. */
function processorSeconds(pid: number): number {
  const fieldsOf = (id: string): string[] | null => {
    try {
      return readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
    } catch {
      return null
    }
  }
  const all = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  const found = new Map(all.map((id) => [id, fieldsOf(id)]))
  const sum = (id: string): number => {
    const fields = found.get(id)
    if (!fields) return 0
    const children = all.filter((other) => found.get(other)?.[1] === id)
    const ticks = [11, 12, 13, 14].reduce((total, index) => total + Number(fields[index]), 0)
    return ticks / 100 + children.reduce((total, child) => total + sum(child), 0)
  }
  return sum(String(pid))
}

/** Runs a program, and returns its processor time in seconds. */
async function timed(folder: string, command: string, args: readonly string[], env: Record<string, string> = {}) {
  const script = `TIMEFORMAT='processor %U %S'; time "$@" > /dev/null`
  const output = await run(folder, 'bash', ['-c', script, 'bash', command, ...args], env)
  const [, user, system] = /processor ([\d.]+) ([\d.]+)\s*$/.exec(output)!
  return Number(user) + Number(system)
}

/** `npm run test:long -- stacks`: each from an empty folder with the packed packages to a verified webhook. */
describe('Stacks', () => {
  const figures: string[] = []
  let client: string
  beforeAll(async () => {
    ;({ client } = await packPackages())
  })
  afterAll(() => void process.stderr.write(`${figures.join('\n')}\n`))

  it.each(STACKS)('$name gates, sells, serves the browser and verifies webhooks', async (stack) => {
    const { name, build, start, env = () => ({}) } = stack
    const lines = linesOf(name)
    expect(lines['gate']).toBeLessThanOrEqual(MAX_GATE_LINES)
    expect(lines['handler']).toBeLessThanOrEqual(MAX_HANDLER_LINES)

    await using stackgate = await temporaryServer({
      env: { CATALOG: 'attribution', ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
    })
    const { server } = stackgate
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const { data } = await server.graphql<{ createWebhookEndpoint: { secret: string } }>(
      CREATE_ENDPOINT,
      { input: { url: `${url}/webhooks/stackgate`, types: ['subscription.*'], allAccounts: true }, key: 'endpoint-1' },
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    const { secret } = data.createWebhookEndpoint
    const settings = {
      STACKGATE_URL: server.url,
      STACKGATE_SECRET_KEY: await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write']),
      STACKGATE_WEBHOOK_SECRET: secret,
      NEXT_TELEMETRY_DISABLED: '1',
      ...env(url),
    }

    const folder = newFolder(name)
    cpSync(join('examples', name), folder, {
      recursive: true,
      filter: (path) => !/node_modules|\/\.next(?:\/|$)|package-lock/.test(path),
    })
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies: Headers }
    manifest.dependencies['@stackgate/client'] = `file:${client}`
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    const since = performance.now()
    const seconds = { install: 0, build: 0, application: 0 }
    seconds.install = await timed(folder, 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'])
    if (build) seconds.build = await timed(folder, process.execPath, build, settings)
    else await run(folder, process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'])
    await using app = await startApp(folder, start, port, settings)
    const headers = await stack.signIn(app.url)
    const send = async (method: string, path: string, more: RequestInit = {}) => {
      const response = await fetch(`${app.url}${path}`, { method, headers, ...more })
      const text = await response.text()
      return { status: response.status, text, body: text.startsWith('{') ? (JSON.parse(text) as object) : null }
    }
    expect(await send('GET', '/exports')).toMatchObject({
      status: 402,
      body: { code: 'FEATURE_NOT_INCLUDED', remedies: expect.arrayContaining([expect.anything()]) },
    })
    const sale = await send('POST', '/upgrade')
    expect(sale).toMatchObject({ status: 200, body: { url: expect.stringContaining('http') } })
    const { providerReference } = sale.body as { providerReference: string }
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const untilPaid = (performance.now() - since) / 1_000
    await eventually(
      () => send('GET', '/exports'),
      ({ status }) => status === 200,
      15_000,
    )
    expect((await send('GET', '/exports')).text).toContain('search,42')
    expect((await fetch(`${app.url}/exports`)).status).toBe(stack.anonymous)

    const own = await send('POST', '/api/stackgate', {
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ account { externalId } }' }),
    })
    expect(own).toMatchObject({ status: 200, body: { data: { account: { externalId: expect.any(String) } } } })

    await eventually(
      () => app.output(),
      (output) => /^event \S+ subscription\.\w+$/m.test(output),
      15_000,
    )
    await expectSignatures(app, secret)
    seconds.application = processorSeconds(app.pid)
    const used = Object.entries(seconds).map(([part, value]) => `${part} ${value.toFixed(1)} s`)
    figures.push(
      `${name}: ${JSON.stringify(lines)}, from npm install to the paid checkout ${untilPaid.toFixed(1)} s, processor ${used.join(', ')}`,
    )
  })
})

/** A signed request is accepted, and an altered one is not. */
async function expectSignatures({ url }: RunningApp, secret: string): Promise<void> {
  const send = async (body: string, headers: Headers) =>
    (
      await fetch(`${url}/webhooks/stackgate`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      })
    ).status
  const { body, headers } = signedWebhook({ type: 'usage.warning', data: { accountId: null } }, secret)
  expect([await send(body, headers), await send(`${body} `, headers), await send(body, {})]).toEqual([204, 400, 400])
}
