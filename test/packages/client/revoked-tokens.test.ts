import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { createStackgate, type Stackgate as Client, type StreamState } from '@stackgate/client'
import { AccountCursor, BillingEvents, RevokeAccountSessions, RevokeApiKey } from '@stackgate/client/documents'
import { createEntitlements } from '@stackgate/client/entitlements'
import { Stackgate } from '@stackgate/client/server'
import WebSocket from 'ws'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'
const TYPES = ['usage.recorded']
const TRANSPORTS = ['websocket', 'sse', 'poll'] as const
type Transport = (typeof TRANSPORTS)[number]

/** Events of an account, as one helper of the client delivers them. */
interface Seen {
  readonly cursors: string[]
  /** Final states or errors. Empty while the stream runs. */
  readonly ends: unknown[]
}

describe('Streams whose token is revoked', () => {
  let server: TestServer
  let stackgate: Stackgate
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    stackgate = new Stackgate({
      url: server.url,
      secretKey: await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write']),
    })
    admin = await server.token('root@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    stackgate.close()
    await server.close()
  })

  const sessionOf = async (customer: string) => {
    const made = await stackgate.createSession({ customer })
    if (!made.ok) throw new Error(made.denial.message)
    return made.value
  }

  /** A client that makes a new session whenever its own is rejected, with each of its helpers. */
  async function follow(customer: string, transport: Transport) {
    const account = `customer:${customer}`
    let session = await sessionOf(customer)
    const signedOut: unknown[] = []
    const client = createStackgate({
      url: `${server.url}/graphql`,
      WebSocket,
      transport,
      onSignedOut: (error) => void signedOut.push(error),
      token: async ({ rejected }) => {
        if (rejected) session = await sessionOf(customer)
        return session.token
      },
    })
    const begun = (): Seen => ({ cursors: [], ends: [] })
    const seen = { follow: begun(), stream: begun(), queryThenFollow: begun() }
    const { account: found } = await client.request(AccountCursor, { account })
    const after = found!.cursor
    await watchStates(seen.follow, (onState) =>
      client.follow(
        BillingEvents,
        { account, types: TYPES },
        { after, onState, onItem: ({ cursor }) => void seen.follow.cursors.push(cursor) },
      ),
    )
    void iterate(client, { account, after }, seen.stream)
    await watchStates(seen.queryThenFollow, (onState) =>
      client.queryThenFollow({
        query: AccountCursor,
        queryVariables: { account },
        stream: BillingEvents,
        // Another selection, so that it is no shared stream.
        streamVariables: { account, types: TYPES, except: ['credits.granted'] },
        cursorOf: (state) => state.account?.cursor,
        onData: () => undefined,
        onItem: ({ cursor }) => void seen.queryThenFollow.cursors.push(cursor),
        onState,
      }),
    )
    return { client, seen, signedOut, current: () => session }
  }

  const watchStates = (seen: Seen, open: (onState: (state: StreamState) => void) => Promise<unknown>) =>
    open((state) => {
      if (state.state === 'ended') seen.ends.push(state)
    })

  async function iterate(client: Client, { account, after }: { account: string; after: string }, seen: Seen) {
    try {
      // No other stream has these types.
      const types = [...TYPES, 'member.joined']
      for await (const item of client.stream(BillingEvents, { account, types }, { after }))
        seen.cursors.push(item.cursor)
      seen.ends.push('completed')
    } catch (error) {
      seen.ends.push(error)
    }
  }

  const use = async (customer: string, count: number) => {
    for (let used = 0; used < count; used++) {
      const { ok } = await stackgate.consume({ customer, feature: FEATURE })
      if (!ok) throw new Error('The units were denied.')
    }
  }

  const revoke = {
    session: (_customer: string, { id }: { id: string }) => server.graphql(RevokeApiKey, { id }, admin),
    sessions: (customer: string) => server.graphql(RevokeAccountSessions, { account: `customer:${customer}` }, admin),
  }

  it.each(TRANSPORTS)('continue over %s with another token, at whichever moment it is revoked', async (transport) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('session' as const, 'sessions' as const),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 300 }),
        async (way, before, ms) => {
          const customer = randomUUID()
          await use(customer, 1)
          const { client, seen, signedOut, current } = await follow(customer, transport)
          await use(customer, before)
          await new Promise((wake) => setTimeout(wake, ms))
          const revoked = current()
          await Promise.all([revoke[way](customer, revoked), use(customer, 2)])
          await use(customer, 2)
          const all = Object.values(seen)
          await eventually(
            () => all,
            (each) => each.every(({ cursors, ends }) => cursors.length >= before + 4 || ends.length > 0),
            60_000,
          )
          for (const [helper, { cursors, ends }] of Object.entries(seen)) {
            expect([helper, ends, cursors.length]).toEqual([helper, [], before + 4])
            expect(new Set(cursors).size).toBe(before + 4)
          }
          expect(signedOut).toEqual([])
          await eventually(current, ({ id }) => id !== revoked.id, 30_000)
          client.close()
        },
      ),
      { numRuns: 3, seed: Number(process.env.SEED ?? 1) },
    )
  })

  it.each(TRANSPORTS)('keep a watch of entitlements current over %s when its key is replaced', async (transport) => {
    const customer = randomUUID()
    await use(customer, 1)
    const keyOf = async () => {
      const token = await server.serviceKey(['entitlements:write'])
      return { token, id: `key_${token.split('_')[2]}` }
    }
    let key = await keyOf()
    const entitlements = createEntitlements({
      url: server.url,
      WebSocket,
      transport,
      key: async ({ rejected }) => {
        if (rejected) key = await keyOf()
        return key.token
      },
    })
    // Reads prove the age three times in an hour: every change below comes by the stream.
    const watch = entitlements.watch(`customer:${customer}`, { features: [FEATURE], maxAgeMs: 3_600_000 })
    await watch.ready
    const { id } = key
    for (let used = 2; used <= 5; used++) {
      if (used === 3) await server.graphql(RevokeApiKey, { id }, admin)
      await use(customer, 1)
      await eventually(
        () => watch.entitlement(FEATURE)?.used,
        (shown) => shown === used,
        60_000,
      )
    }
    expect(key.id).not.toBe(id)
    entitlements.close()
  })
})
