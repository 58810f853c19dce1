import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { freePort } from '../support/free-port.js'
import { eventually } from '../support/test-server.js'
import { childEnvironment } from '#test/support/child-environment.js'

interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly dataDir: string
  stdout(): string
  stderr(): string
}

/** The product as `npm start` runs it, built: with its own database and the sandbox as its child. */
describe('Server with its own database and sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-running-'))
  const children: ChildProcess[] = []
  let first: Started

  const launch = async (name: string, env: Record<string, string> = {}): Promise<Started> => {
    const port = String(await freePort())
    const dataDir = join(folder, name)
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: {
        ...childEnvironment,
        DATA_DIR: dataDir,
        PORT: port,
        SANDBOX_PORT: String(await freePort()),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
    return { child, url: `http://127.0.0.1:${port}`, dataDir, stdout: () => said.out, stderr: () => said.err }
  }
  const ended = (child: ChildProcess) =>
    child.exitCode === null ? new Promise((resolve) => child.once('close', resolve)) : Promise.resolve(child.exitCode)
  const ready = async (server: Started) => {
    const response = await fetch(`${server.url}/health/ready`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    first = await launch('first', { SANDBOX_CLOCK: '2026-01-15T08:00:00Z' })
    await eventually(
      () => [first.stdout().includes('Stackgate is ready'), first.child.exitCode],
      ([isReady, code]) => Boolean(isReady) || code !== null,
    )
  })
  afterAll(async () => {
    for (const child of children) {
      child.kill('SIGTERM')
      await ended(child)
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it('starts the business clock at SANDBOX_CLOCK', () => {
    expect([first.stdout(), first.stderr()]).toEqual([
      expect.stringContaining('2026-01-15T08:00:00.000Z'),
      expect.any(String),
    ])
  })

  it('rejects a second server on the same data folder, with a message that names DATA_DIR', async () => {
    const second = await launch('first')
    expect(await ended(second.child)).toBe(1)
    expect(second.stderr()).toMatch(/the data folder .*first is in use by process \d+: .*DATA_DIR/)
  })

  it('rejects a second server with another SECRETS_KEY on its database', async () => {
    const { databaseUrl } = JSON.parse(readFileSync(join(first.dataDir, 'server.json'), 'utf8')) as {
      databaseUrl: string
    }
    const refused = await launch('other', { DATABASE_URL: databaseUrl })
    expect(await ended(refused.child)).toBe(1)
    expect(refused.stderr()).toMatch(
      /SECRETS_KEY: the secrets of this database are sealed with the key [0-9a-f]{12}, but this process has only [0-9a-f]{12}\. All processes must have the same SECRETS_KEY/,
    )

    const same = await launch('same', {
      DATABASE_URL: databaseUrl,
      SECRETS_KEY: readFileSync(join(first.dataDir, 'secrets-key'), 'utf8'),
    })
    await eventually(
      () => same.stdout(),
      (text) => text.includes('Stackgate is ready'),
    )
    same.child.kill('SIGTERM')
    await ended(same.child)
  })

  it('runs test mode against a sandbox with a running clock', async () => {
    const sandboxPort = String(await freePort())
    const sandbox = spawn(process.execPath, ['packages/sandbox/dist/main.js'], {
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: join(folder, 'stand-in'),
        SANDBOX_PORT: sandboxPort,
        SANDBOX_CLOCK: 'running',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(sandbox)
    await new Promise((resolve) => sandbox.stdout.once('data', resolve))
    const rehearsal = await launch('rehearsal', {
      MODE: 'test',
      STRIPE_SECRET_KEY: 'sk_test_sandbox_rehearsal',
      STRIPE_WEBHOOK_SECRET: 'whsec_rehearsal',
      STRIPE_API_URL: `http://127.0.0.1:${sandboxPort}`,
    })
    await eventually(
      () => [rehearsal.stdout().includes('Stackgate is ready'), rehearsal.child.exitCode, rehearsal.stderr()],
      ([isReady, code]) => Boolean(isReady) || code !== null,
    )
    expect(await ready(rehearsal)).toMatchObject({ status: 200, body: { mode: 'test', sandbox: null } })

    const token = readFileSync(join(folder, 'stand-in/sandbox-token'), 'utf8').trim()
    const clock = async () => {
      const response = await fetch(`http://127.0.0.1:${sandboxPort}/_sandbox/api/clock`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return ((await response.json()) as { now: string }).now
    }
    const before = await clock()
    await eventually(clock, (now) => now > before)
    rehearsal.child.kill('SIGTERM')
    await ended(rehearsal.child)
  })

  it('accepts tokens of an identity provider beside those of the sandbox, and signs persons in on its own machine', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'provider' }] }
    const provider = createServer((_, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)),
    )
    await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening))
    const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
    const settings = { AUTH_JWKS_URL: `${issuer}/keys`, AUTH_ISSUER: issuer, AUTH_AUDIENCE: 'billing' }
    const [here, everywhere] = [
      await launch('provider', settings),
      await launch('everywhere', { ...settings, HOST: '0.0.0.0' }),
    ]
    for (const server of [here, everywhere])
      await eventually(
        () => [server.stdout().includes('Stackgate is ready'), server.child.exitCode, server.stderr()],
        ([isReady, code]) => Boolean(isReady) || code !== null,
      )
    const post = async (server: Started, path: string, body: object, headers: Record<string, string>) => {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const emailOf = async (token: string) => {
      const query = { query: '{ viewer { user { email } } }' }
      const { body } = await post(here, '/graphql', query, { authorization: `Bearer ${token}` })
      return (body['data'] as { viewer: { user: { email: string } } } | null)?.viewer.user.email ?? body['errors']
    }
    const sign = (email: string, key: typeof privateKey) =>
      new SignJWT({ email })
        .setProtectedHeader({ alg: 'ES256', kid: 'provider' })
        .setSubject(email)
        .setIssuer(issuer)
        .setAudience('billing')
        .setExpirationTime('1h')
        .sign(key)
    const printed = spawnSync(process.execPath, ['dist/src/cli/stackgate.js', 'token', '--user', 'ann@example.com'], {
      env: { ...childEnvironment, DATA_DIR: here.dataDir },
      encoding: 'utf8',
    })
    const signIn = (server: Started) =>
      post(server, '/dashboard/sandbox/session', { person: 'ann' }, { origin: server.url })
    const ofSandbox = await signIn(here)

    expect(await emailOf(await sign('bo@example.com', privateKey))).toBe('bo@example.com')
    expect(await emailOf(printed.stdout.trim())).toBe('ann@example.com')
    expect(ofSandbox.status).toBe(200)
    expect(await emailOf(ofSandbox.body['token'] as string)).toBe('ann@example.com')
    const { privateKey: foreign } = await generateKeyPair('ES256')
    expect(await emailOf(await sign('bo@example.com', foreign))).toMatchObject([
      { extensions: { code: 'INVALID_TOKEN' } },
    ])
    const control = async ({ url }: Started) => (await fetch(`${url}/dashboard/config.json`)).json()
    expect(await control(here)).toMatchObject({ sandboxSignIn: true, sandboxControl: true })
    expect(await control(everywhere)).toMatchObject({ sandboxSignIn: false, sandboxControl: false })
    expect((await signIn(everywhere)).status).toBe(404)
    for (const { child } of [here, everywhere]) {
      child.kill('SIGTERM')
      await ended(child)
    }
    provider.close()
    provider.closeAllConnections()
  })

  it('is not ready after its sandbox has ended', async () => {
    expect(await ready(first)).toMatchObject({ status: 200, body: { ready: true, sandbox: 'ok' } })
    const [sandbox] = globSync('/proc/*/cmdline').filter((path) => {
      try {
        return (
          readFileSync(path, 'utf8').includes('sandbox/dist/main.js') &&
          readFileSync(path.replace('cmdline', 'environ'), 'utf8').includes(`DATA_DIR=${first.dataDir}\0`)
        )
      } catch {
        return false // it has ended
      }
    })
    process.kill(Number(sandbox!.split('/')[2]), 'SIGKILL')
    const seen = await eventually(
      () => ready(first),
      ({ status }) => status !== 200,
    )
    expect(seen).toMatchObject({ status: 503, body: { ready: false, sandbox: 'down' } })
    expect(first.stderr()).toContain('the payment sandbox stopped unexpectedly')
  })
})
