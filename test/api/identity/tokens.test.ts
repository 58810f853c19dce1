import { Viewer } from '@stackgate/client/documents'
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose'
import WebSocket from 'ws'
import { enqueue, newDeployment, rowCounts } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { socketEnd } from '#test/support/sockets.js'

const VIEWER = '{ viewer { user { email } } }'
type RestError = { code: string; request_id: string }

describe('Token verification', () => {
  let server: TestServer
  let ours: JWK
  beforeAll(async () => {
    server = await startTestServer()
    await server.token('someone@example.com')
    ours = (JSON.parse(readFileSync(join(server.dataDir, 'token-key.json'), 'utf8')) as { privateKey: JWK }).privateKey
  })
  afterAll(() => server.close())

  const now = () => Math.floor(Date.now() / 1000)
  /** A token of our own key, with claims changed or (undefined) left out. */
  const signed = async (changed: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
    const claims = {
      sub: 'eve@example.com',
      email: 'eve@example.com',
      iss: 'stackgate-sandbox',
      aud: 'stackgate',
      exp: now() + 600,
      ...changed,
    }
    return new SignJWT(JSON.parse(JSON.stringify(claims)) as Record<string, unknown>)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'sandbox', ...header })
      .sign(await importJWK(ours, 'EdDSA'))
  }
  const otherKey = async () =>
    new SignJWT({ email: 'eve@example.com' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'sandbox' })
      .setSubject('eve@example.com')
      .setIssuer('stackgate-sandbox')
      .setAudience('stackgate')
      .setExpirationTime('1h')
      .sign(generateKeyPairSync('ed25519').privateKey)
  const unsigned = () =>
    new UnsecuredJWT({ email: 'eve@example.com', roles: ['root'] })
      .setSubject('eve@example.com')
      .setIssuer('stackgate-sandbox')
      .setAudience('stackgate')
      .setExpirationTime('1h')
      .encode()
  /** Signed with HMAC under our public key, which a careless verifier would take for a secret. */
  const confused = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const content = `${part({ alg: 'HS256', kid: 'sandbox' })}.${part({ sub: 'eve', email: 'e@e', iss: 'stackgate-sandbox', aud: 'stackgate', exp: now() + 600 })}`
    return `${content}.${createHmac('sha256', Buffer.from(ours.x!, 'base64url')).update(content).digest('base64url')}`
  }
  const altered = async () => {
    const [header, , signature] = (await signed()).split('.')
    const claims = Buffer.from(JSON.stringify({ sub: 'root', email: 'r@e', roles: ['root'], exp: now() + 600 }))
    return `${header}.${claims.toString('base64url')}.${signature}`
  }

  const bad: [string, string, () => string | Promise<string>][] = [
    ['that has expired', 'TOKEN_EXPIRED', () => signed({ exp: now() - 60 })],
    ['of another issuer', 'INVALID_TOKEN', () => signed({ iss: 'elsewhere' })],
    ['for another audience', 'INVALID_TOKEN', () => signed({ aud: 'elsewhere' })],
    ['that is not yet valid', 'INVALID_TOKEN', () => signed({ nbf: now() + 600 })],
    ['without an end', 'INVALID_TOKEN', () => signed({ exp: undefined })],
    ['without a subject', 'INVALID_TOKEN', () => signed({ sub: undefined })],
    ['with an empty subject', 'INVALID_TOKEN', () => signed({ sub: '' })],
    ['with a subject that no database holds', 'INVALID_TOKEN', () => signed({ sub: 'eve\u0000' })],
    ['without an email', 'INVALID_TOKEN', () => signed({ email: undefined })],
    ['with roles that are no list', 'INVALID_TOKEN', () => signed({ roles: 'admin' })],
    ['with an unknown role in its community', 'INVALID_TOKEN', () => signed({ cid: '42', crole: 'owner' })],
    ['with a key id that we do not have', 'INVALID_TOKEN', () => signed({}, { kid: 'other' })],
    ['that is not signed (alg none)', 'INVALID_TOKEN', unsigned],
    ['of another key', 'INVALID_TOKEN', otherKey],
    ['signed with our public key as a secret', 'INVALID_TOKEN', confused],
    ['whose claims were altered', 'INVALID_TOKEN', altered],
    ['that is garbage', 'INVALID_TOKEN', () => 'garbage'],
    ['of three parts of garbage', 'INVALID_TOKEN', () => 'a.b.c'],
    ['of 10,000 letters', 'INVALID_TOKEN', () => 'x'.repeat(10_000)],
    [
      'that is a service key of another mode',
      'INVALID_TOKEN',
      async () => (await server.serviceKey(['ops:*'])).replace('sk_sandbox_', 'sk_live_'),
    ],
    [
      'that is a service key with another secret',
      'INVALID_TOKEN',
      async () => (await server.serviceKey(['ops:*'])).replace(/_[\w-]{43}$/, `_${'A'.repeat(43)}`),
    ],
    ['that is a service key nobody made', 'INVALID_TOKEN', () => `sk_sandbox_${'0'.repeat(26)}_${'A'.repeat(43)}`],
    ['that only looks like a service key', 'INVALID_TOKEN', () => 'sk_sandbox_'],
  ]

  it.each(bad)(
    'rejects one %s with its code over HTTP, REST and WebSocket, and creates no user',
    async (_what, code, make) => {
      const token = await make()
      const before = await rowCounts(server)
      const { status, errors } = await server.graphql(VIEWER, {}, token)
      expect(errors?.[0]?.extensions.code).toBe(code)
      expect([200, 401]).toContain(status)
      const rest = await server.rest('GET', '/oauth_server/api/me', { token })
      expect([rest.status, (rest.body as RestError).code]).toEqual([401, code])
      expect(await socketEnd(server.url, `Bearer ${token}`)).toMatchObject({ code: 4403, connected: false })
      expect(await rowCounts(server)).toEqual(before)
      expect(server.logLines.join('\n')).not.toContain(token)
    },
  )

  it.each([
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no scheme', 'abc'],
    ['a scheme alone', 'Bearer'],
    ['two tokens', 'Bearer a b'],
  ])('rejects an Authorization header with %s instead of treating it as anonymous', async (_what, authorization) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ plans { code } }' }),
    })
    const body = (await response.json()) as { errors: { extensions: { code: string } }[] }
    expect(body.errors[0]!.extensions.code).toBe('INVALID_TOKEN')
  })

  it('accepts a valid token, with only the known roles', async () => {
    const token = await signed({ roles: ['admin', 'emperor'], sub: 'adam', email: 'adam@example.com' })
    const { data } = await server.graphql(Viewer, {}, token)
    expect(data.viewer).toMatchObject({ roles: ['ADMIN'], user: { email: 'adam@example.com' } })
  })

  it('rejects a revoked or expired service key; a cached one ends within 30 seconds', async () => {
    const used = await server.serviceKey(['ops:*'])
    const fresh = await server.serviceKey(['ops:*'])
    const expired = await server.serviceKey(['ops:*'])
    const code = async (key: string) =>
      (await server.graphql('{ deployment(id: "x") { id } }', {}, key)).errors?.[0]?.extensions.code
    expect(await code(used)).toBeUndefined()
    const idOf = (key: string) => `key_${key.split('_')[2]}`
    await server.query(`update service_key set revoked_at = now() where id = any($1)`, [[idOf(used), idOf(fresh)]])
    await server.query(`update service_key set expires_at = now() - interval '1 second' where id = $1`, [idOf(expired)])
    expect(await code(fresh)).toBe('INVALID_TOKEN')
    expect(await code(expired)).toBe('TOKEN_EXPIRED')
    // Half a minute later, by the monotonic clock that the cache goes by.
    const real = performance.now.bind(performance)
    performance.now = () => real() + 30_500
    try {
      await eventually(
        () => code(used),
        (denial) => denial === 'INVALID_TOKEN',
      )
    } finally {
      performance.now = real
    }
  })

  it('ignores a token in the URL and does not log it', async () => {
    const token = await server.token('address@example.com')
    const names = ['user_token', 'access_token', 'token', 'authorization', 'Authorization']
    const query = names.map((name) => `${name}=${token}`).join('&')
    for (const path of ['/billing/status', '/oauth_server/api/me']) {
      const { status, body } = await server.rest('GET', `${path}?${query}`)
      expect([status, (body as RestError).code]).toEqual([401, 'UNAUTHENTICATED'])
    }
    const response = await fetch(`${server.url}/graphql?${query}&query=${encodeURIComponent(VIEWER)}`, {
      headers: { accept: 'application/json', 'apollo-require-preflight': '1' },
    })
    expect(((await response.json()) as { data: unknown }).data).toEqual({ viewer: null })
    const cookie = await server.rest('GET', '/billing/status', { headers: { cookie: `access_token=${token}` } })
    expect(cookie.status).toBe(401)
    const events: unknown[] = []
    const client = createClient({
      url: `${server.url.replace(/^http/, 'ws')}/graphql?${query}`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    for await (const result of client.iterate({ query: VIEWER })) events.push(result.data)
    await client.dispose()
    expect(events).toEqual([{ viewer: null }])
    expect(server.logLines.join('\n')).not.toContain(token)
  })

  it('treats a socket with an empty or missing token as anonymous, and closes one with an invalid token with 4403', async () => {
    expect(await socketEnd(server.url, 'Bearer wrong')).toMatchObject({ code: 4403, connected: false })
    const client = createClient({
      url: `${server.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { Authorization: 7 },
    })
    const seen: unknown[] = []
    for await (const result of client.iterate({ query: '{ viewer { roles } plans { code } }' })) seen.push(result.data)
    expect(seen).toEqual([{ viewer: null, plans: expect.any(Array) }])
    await client.dispose()
  })

  it('closes the socket when its token expires; the client resumes at its cursor with a new token', async () => {
    const email = `${randomUUID()}@example.com`
    const own = await newDeployment(server, email)
    // Long enough for the client to connect and to receive an event on a busy machine.
    const tokens = [await server.token(email, { expiresInSeconds: 8 }), await server.token(email)]
    const codes: number[] = []
    const seen: string[] = []
    let cursor: string | null = null
    let connects = 0
    const client = createClient({
      url: `${server.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: () => ({ Authorization: `Bearer ${tokens[connects++]}` }),
      on: { closed: (event) => void codes.push((event as CloseEvent).code) },
    })
    const followOn = async (enough: number) => {
      const events = client.iterate<{ commandStatus: { cursor: string; subject: { id: string } } }>({
        query: `subscription ($hash: ID!, $after: String) {
          commandStatus(deploymentId: $hash, after: $after) { cursor ... on Event { subject { id } } }
        }`,
        variables: { hash: own.hash, after: cursor },
      })
      for await (const { data } of events) {
        cursor = data!.commandStatus.cursor
        seen.push(data!.commandStatus.subject.id)
        if (seen.length === enough) return
      }
    }
    const cut = followOn(99).catch((event: CloseEvent) => event.code)
    await eventually(
      () => connects,
      (count) => count === 1,
    )
    await new Promise((wake) => setTimeout(wake, 200))
    const ids = [(await enqueue(server, own)).id]
    await eventually(
      () => seen.length,
      (count) => count === 1,
    )
    expect(await cut).toBe(4410)
    expect(codes).toEqual([4410])
    // While it was away something happened.
    ids.push((await enqueue(server, own)).id)
    const resumed = followOn(3)
    await eventually(
      () => seen.length,
      (count) => count === 2,
    )
    ids.push((await enqueue(server, own)).id)
    await resumed
    expect(seen).toEqual(ids)
    await client.dispose()
  })
})
