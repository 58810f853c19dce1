import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { CreateAccountSession, RevokeAccountSessions, RevokeApiKey } from '@stackgate/client/documents'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { earliestEnd } from '#services/identity/tokens/credential-end.js'
import { openEventSource } from '#test/support/event-source.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const EVENTS = 'subscription { billingEvents { cursor } }'
const CUSTOMER = 'customer:ann'

/** The end of a stream of an account, and its time. */
interface StreamEnd {
  readonly how: string
  readonly at: number
}

describe('The end of a credential', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  /** A key for all accounts that ends at a time. */
  async function keyUntil(expiresAt: Date | null, scopes = ['billing:read', 'accounts:write']) {
    const token = await server.serviceKey(scopes)
    const id = `key_${token.split('_')[2]}`
    await server.query('update service_key set expires_at = $2 where id = $1', [id, expiresAt])
    return { token, id }
  }
  async function sessionOf(token: string, ttlSeconds = 3_600) {
    const { data, errors } = await server.graphql(
      CreateAccountSession,
      { account: CUSTOMER, permissions: ['BILLING_READ'], ttlSeconds },
      token,
    )
    const made = data?.createAccountSession as { secret: string; apiKey: { id: string; expiresAt: string } } | null
    if (!made?.secret) throw new Error(JSON.stringify(errors ?? data))
    return { token: made.secret, id: made.apiKey.id, end: new Date(made.apiKey.expiresAt).getTime() }
  }
  async function accessTokenOf({ token, id }: { token: string; id: string }) {
    const { body } = await server.rest('POST', '/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: id, client_secret: token },
    })
    return body as { access_token: string; expires_in: number }
  }

  /** Follows an account by a socket and by an event stream. */
  function follow(token: string, account: string | null) {
    const query = account ? `subscription { billingEvents(accountId: "${account}") { cursor } }` : EVENTS
    const ends: Record<'socket' | 'sse', StreamEnd | null> = { socket: null, sse: null }
    const client = createClient({
      url: `${server.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { Authorization: `Bearer ${token}` },
    })
    let isOpen = false
    client.on('connected', () => (isOpen = true))
    client.subscribe(
      { query },
      {
        next: () => undefined,
        error: (error) => {
          const { code, reason } = error as CloseEvent
          ends.socket ??= { how: code ? `${code} ${reason}` : JSON.stringify(error), at: Date.now() }
        },
        complete: () => (ends.socket ??= { how: 'complete', at: Date.now() }),
      },
    )
    const opened = openEventSource(server.url, { query }, { authorization: `Bearer ${token}` })
    const readAll = async () => {
      const stream = await opened
      const seen: string[] = []
      for (let next = await stream.next(); next; next = await stream.next()) seen.push(next.event)
      ends.sse = { how: seen.includes('complete') ? 'complete' : 'interrupted', at: Date.now() }
    }
    void readAll()
    return {
      ends,
      ready: async () => {
        await opened
        await eventually(
          () => isOpen,
          (open) => open,
        )
      },
      ended: () =>
        eventually(
          () => ends,
          ({ socket, sse }) => socket !== null && sse !== null,
          30_000,
        ),
    }
  }
  const codeOf = async (token: string) =>
    (await server.graphql(`{ account(id: "${CUSTOMER}") { id } }`, {}, token)).errors?.[0]?.extensions.code ??
    'accepted'

  it('is the earliest of all that it comes of, for any of them', () => {
    const end = fc.option(fc.date({ noInvalidDate: true }))
    fc.assert(
      fc.property(fc.array(end, { maxLength: 5 }), (ends) => {
        const times = ends.filter((one) => one !== null).map((one) => one.getTime())
        expect(earliestEnd(...ends)?.getTime() ?? null).toBe(times.length > 0 ? Math.min(...times) : null)
      }),
    )
  })

  it('is that of the key for sessions and access tokens, if it is earlier', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.integer({ min: 60, max: 7_200 })),
        fc.integer({ min: 1, max: 3_600 }),
        async (left, ttl) => {
          const key = await keyUntil(left === null ? null : new Date(Date.now() + left * 1000))
          const keyEnd = left === null ? Infinity : Date.now() + left * 1000
          const { access_token: access, expires_in: lifetime } = await accessTokenOf(key)
          expect(lifetime).toBeLessThanOrEqual(Math.min(3_600, left ?? Infinity))
          for (const parent of [key.token, access]) {
            const before = Date.now()
            const { end } = await sessionOf(parent, ttl)
            const expected = Math.min(before + ttl * 1000, keyEnd, Date.now() + lifetime * 1000 + 1000)
            expect(end).toBeLessThanOrEqual(Math.max(expected, Math.min(Date.now() + ttl * 1000, keyEnd)))
            expect(end).toBeGreaterThan(expected - 60_000)
          }
        },
      ),
      { numRuns: 6 },
    )
  })

  it('ends requests, sockets and event streams of a key, of all that it made, and of a user at one moment', async () => {
    const end = new Date(Date.now() + 15_000)
    const user = await server.token('ann@example.com', { expiresInSeconds: 15 })
    const key = await keyUntil(end)
    await server.graphql(
      `mutation { upsertAccount(account: "${CUSTOMER}", input: { name: "Ann" }) { __typename } }`,
      {},
      key.token,
    )
    const access = await accessTokenOf(key)
    const session = await sessionOf(key.token)
    const child = await sessionOf(access.access_token)
    expect([session.end, child.end].map((one) => one <= end.getTime())).toEqual([true, true])
    const tokens = [key.token, access.access_token, session.token, child.token, user]
    const followed = tokens.map((token, index) => follow(token, index < 2 ? CUSTOMER : null))
    for (const one of followed) await one.ready()
    // A timer of the same process for the same moment: a busy machine delays it as it delays the ends.
    const passed = new Promise<number>((wake) => setTimeout(() => wake(Date.now()), end.getTime() - Date.now()))
    const ends = await Promise.all(followed.map((one) => one.ended()))
    const latest = (await passed) + 1_000
    for (const { socket, sse } of ends) {
      expect([socket!.how, sse!.how]).toEqual(['4410 Token expired', 'interrupted'])
      for (const { at } of [socket!, sse!]) {
        expect(at).toBeGreaterThan(end.getTime() - 1_000)
        expect(at).toBeLessThan(latest)
      }
    }
    for (const token of tokens) expect(['TOKEN_EXPIRED', 'INVALID_TOKEN']).toContain(await codeOf(token))
  })

  it('follows the rotation of a key: an earlier secret ends its sockets with its requests', async () => {
    const key = await keyUntil(null)
    await server.graphql(
      `mutation { upsertAccount(account: "${CUSTOMER}", input: { name: "Ann" }) { __typename } }`,
      {},
      key.token,
    )
    const followed = follow(key.token, CUSTOMER)
    await followed.ready()
    const admin = await server.token('root@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{ rotateApiKey: { secret: string } }>(
      `mutation ($id: ID!, $key: String!) { rotateApiKey(id: $id, overlapSeconds: 3, key: $key) { secret } }`,
      { id: key.id, key: randomUUID() },
      admin,
    )
    const after = follow(data.rotateApiKey.secret, CUSTOMER)
    await after.ready()
    const { socket, sse } = await followed.ended()
    expect([socket!.how, sse!.how]).toEqual(['4410 Token expired', 'interrupted'])
    expect(await codeOf(key.token)).toBe('INVALID_TOKEN')
    expect([after.ends, await codeOf(data.rotateApiKey.secret)]).toEqual([{ socket: null, sse: null }, 'accepted'])
    await server.graphql(RevokeApiKey, { id: key.id }, admin)
    await after.ended()
  })

  it('by a revocation never completes a stream, at whichever moment it was opened', async () => {
    const key = await keyUntil(null)
    await server.graphql(
      `mutation { upsertAccount(account: "${CUSTOMER}", input: { name: "Ann" }) { __typename } }`,
      {},
      key.token,
    )
    const admin = await server.token('root@example.com', { roles: ['admin'] })
    const ways: Record<string, (session: { id: string }) => Promise<unknown>> = {
      session: ({ id }) => server.graphql(RevokeApiKey, { id }, admin),
      sessions: () => server.graphql(RevokeAccountSessions, { account: CUSTOMER }, admin),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(ways)),
        fc.boolean(),
        fc.integer({ min: 0, max: 60 }),
        async (way, isOpen, ms) => {
          const session = await sessionOf(key.token)
          const followed = Array.from({ length: 3 }, () => follow(session.token, null))
          if (isOpen) for (const one of followed) await one.ready()
          else await new Promise((wake) => setTimeout(wake, ms))
          await ways[way]!(session)
          for (const { socket, sse } of await Promise.all(followed.map((one) => one.ended()))) {
            expect(socket!.how).not.toBe('complete')
            if (isOpen) expect([socket!.how, sse!.how]).toEqual(['4410 Token revoked', 'interrupted'])
          }
        },
      ),
      { numRuns: 6 },
    )
  })
})
