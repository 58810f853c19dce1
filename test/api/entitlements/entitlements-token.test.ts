import {
  createEntitlementsVerifier,
  EntitlementsTokenError,
  type EntitlementsVerifierOptions,
} from '@stackgate/client/edge'
import { Stackgate } from '@stackgate/client/server'
import { createLocalJWKSet, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose'
import { generateKeyPairSync } from 'node:crypto'
import { tokenKey, tokenKeys, TOKEN_KEYS_PATH } from '#services/entitlements/edge-token/token-keys.js'
import { createSecretBox } from '#services/kernel/secrets/secret-box.js'
import { startTestKernel, type Kernel } from '#test/support/kernel.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

const DAY_MS = 86_400_000

describe('Tokens of entitlements', () => {
  let server: TestServer
  let stackgate: Stackgate
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    const secretKey = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    stackgate = new Stackgate({ secretKey, url: server.url })
  })
  afterAll(async () => {
    stackgate.close()
    await server.close()
  })

  const keySet = async () => (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet
  const issuer = () => new URL(server.url).href
  const verifier = (options: Partial<EntitlementsVerifierOptions> = {}) =>
    createEntitlementsVerifier({ url: issuer(), ...options })
  const codeOf = (verified: Promise<unknown>) =>
    verified.then(
      () => 'accepted',
      (error: unknown) => (error instanceof EntitlementsTokenError ? error.code : String(error)),
    )

  it('say what a customer has, and change with the plan', async () => {
    const before = await stackgate.entitlementsToken({ customer: 'edge-1' })
    expect(before.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(300_000)
    const edge = verifier()
    const free = await edge.verify(before.token)
    expect([free.customer, free.allows('exports'), free.remaining('exports')]).toEqual(['edge-1', false, 0])
    const started = await stackgate.checkout({
      customer: 'edge-1',
      plan: 'scale',
      provider: 'STRIPE',
      email: 'e@example.com',
    })
    if (!started.ok) throw new Error(started.denial.message)
    await server.sandboxControl('POST', `checkouts/${started.value.providerReference}/pay`, {})
    await eventually(
      () => stackgate.check({ customer: 'edge-1', feature: 'exports' }),
      ({ allowed }) => allowed,
    )
    await stackgate.consume({ customer: 'edge-1', feature: 'attribution_runs', amount: 3 })
    const { entitlement } = await stackgate.check({ customer: 'edge-1', feature: 'attribution_runs' })
    const paid = await edge.verify((await stackgate.entitlementsToken({ customer: 'edge-1' })).token)
    expect([paid.allows('exports'), paid.remaining('exports'), paid.remaining('attribution_runs')]).toEqual([
      true,
      null,
      entitlement!.remaining,
    ])
    expect(paid.allows('attribution_runs', entitlement!.remaining! + 1)).toBe(false)
    expect([paid.allows('nothing'), paid.allows('constructor')]).toEqual([false, false])
    expect(paid.revision).toBeGreaterThan(free.revision)
    expect(paid.accountId).toBe(free.accountId)
  })

  it('are verified by another library with the published keys', async () => {
    const { token } = await stackgate.entitlementsToken({ customer: 'edge-2', ttlSeconds: 60 })
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keySet()), { issuer: issuer() })
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: (await keySet()).keys[0]!.kid })
    expect(payload).toMatchObject({ customer: 'edge-2', version: 1 })
    expect(payload.exp! - payload.iat!).toBe(60)
    expect(JSON.stringify(await keySet())).not.toMatch(/"d"|private/i)
  })

  it('are issued over REST, and to members for their own account only', async () => {
    const ann = await server.token('edge-ann@example.com')
    const rest = async (token: string, body: object) => {
      const response = await fetch(`${server.url}/api/v1/entitlements/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as { token: string; code?: string } }
    }
    const own = await rest(ann, {})
    expect(own.status).toBe(200)
    const { accountId, customer } = await verifier().verify(own.body.token)
    expect(customer).toBeNull()
    expect((await rest(await server.token('edge-bob@example.com'), { account_id: accountId })).status).toBe(404)
    for (const ttl_seconds of [0, 301])
      expect(await rest(ann, { ttl_seconds })).toMatchObject({ status: 422, body: { code: 'BAD_USER_INPUT' } })
  })

  it('are refused with the reason', async () => {
    const { token } = await stackgate.entitlementsToken({ customer: 'edge-3' })
    const [head, body, signature] = token.split('.') as [string, string, string]
    const later = () => Date.now() + 306_000
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
    const forged = Buffer.from(JSON.stringify({ ...claims, entitlements: { exports: true } })).toString('base64url')
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
    const own = generateKeyPairSync('ed25519').privateKey
    const signed = (header: object) => new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(own)
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')
    const { x } = (await keySet()).keys[0]!
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(x!, 'base64url'))
    const edge = verifier()
    expect({
      whole: await codeOf(edge.verify(token)),
      late: await codeOf(verifier({ now: later }).verify(token)),
      forged: await codeOf(edge.verify(`${head}.${forged}.${signature}`)),
      otherKey: await codeOf(edge.verify(await signed({ kid }))),
      unknownKey: await codeOf(edge.verify(await signed({ kid: 'aaaaaaaaaaaaaaaa' }))),
      none: await codeOf(edge.verify(`${none}.${body}.`)),
      hmac: await codeOf(edge.verify(hmac)),
      text: await codeOf(edge.verify('no token')),
      otherServer: await codeOf(
        createEntitlementsVerifier({
          url: 'https://other.example',
          fetch: () => fetch(`${issuer()}.well-known/jwks.json`),
        }).verify(token),
      ),
      noKeys: await codeOf(verifier({ fetch: () => Promise.reject(new Error('down')) }).verify(token)),
    }).toEqual({
      whole: 'accepted',
      late: 'EXPIRED',
      forged: 'INVALID_SIGNATURE',
      otherKey: 'INVALID_SIGNATURE',
      unknownKey: 'UNKNOWN_KEY',
      none: 'MALFORMED',
      hmac: 'MALFORMED',
      text: 'MALFORMED',
      otherServer: 'WRONG_ISSUER',
      noKeys: 'NO_KEYS',
    })
  })

  it('need one read of the keys for many tokens, also while the server is away', async () => {
    const { token } = await stackgate.entitlementsToken({ customer: 'edge-4' })
    const clock = { now: Date.now(), isUp: true }
    let reads = 0
    const read = (url: string) => {
      reads++
      return clock.isUp ? fetch(url) : Promise.reject(new Error('down'))
    }
    const edge = verifier({ fetch: read, now: () => clock.now, toleranceSeconds: 1e9 })
    await Promise.all(Array.from({ length: 50 }, () => edge.verify(token)))
    expect(reads).toBe(1)
    clock.isUp = false
    clock.now += 3_700_000
    expect([await codeOf(edge.verify(token)), reads]).toEqual(['accepted', 2])
    const unknown = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid: 'unknown' })
      .sign(generateKeyPairSync('ed25519').privateKey)
    clock.isUp = true
    for (let attempt = 0; attempt < 5; attempt++) expect(await codeOf(edge.verify(unknown))).toBe('UNKNOWN_KEY')
    // Unknown keys cannot make it read more often than every ten seconds.
    expect(reads).toBe(2)
  })
})

describe('Keys of tokens of entitlements', () => {
  let kernel: Kernel
  beforeAll(async () => {
    kernel = await startTestKernel()
  })
  afterAll(() => kernel.close())

  const sealedKeys = () =>
    kernel.context.database.query.selectFrom('stored_secret').selectAll().where('path', '=', TOKEN_KEYS_PATH).execute()

  it('are created once by many processes, and stored sealed', async () => {
    const timers = createVirtualTimers()
    const context = { ...kernel.context, timers }
    const found = await Promise.all(Array.from({ length: 10 }, () => tokenKey(context)))
    expect(new Set(found.map(({ id }) => id)).size).toBe(1)
    const [row, ...others] = await sealedKeys()
    expect([others.length, row!.sealed.includes(found[0]!.privateKey)]).toEqual([0, false])
  })

  it('are replaced after 30 days: published a day before they sign, and a day after', async () => {
    const timers = createVirtualTimers()
    const context = { ...kernel.context, timers }
    const first = await tokenKey(context)
    timers.skip(30 * DAY_MS)
    expect((await tokenKey(context)).id).toBe(first.id)
    const published = await tokenKeys(context)
    expect([published.length, published[1]!.id]).toEqual([2, first.id])
    timers.skip(DAY_MS)
    const second = await tokenKey(context)
    expect([second.id, second.id === first.id]).toEqual([published[0]!.id, false])
    timers.skip(30 * DAY_MS)
    expect((await tokenKey(context)).id).toBe(second.id)
    const later = await tokenKeys(context)
    expect(later.map(({ id }) => id)).toEqual([later[0]!.id, second.id])
  })

  it('are new ones where the secrets key is lost', async () => {
    const timers = createVirtualTimers()
    const before = await tokenKey({ ...kernel.context, timers })
    const lost = { ...kernel.context, timers, secrets: createSecretBox(['another key']) }
    const after = await tokenKey(lost)
    expect(after.id).not.toBe(before.id)
    expect((await tokenKey(lost)).id).toBe(after.id)
  })
})
