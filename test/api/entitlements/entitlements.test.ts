import { randomUUID } from 'node:crypto'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { entitlementService, grantTestCredits, assignTestPlan, newAccount } from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { sequenceOf } from '#test/support/sequence-of.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

interface Published {
  readonly snapshot: boolean
  readonly eventType: string
  readonly cursor: string
  readonly entitlements: { used: number; version: number; feature: { code: string } }[]
}

const WATCH = `subscription ($account: ID, $after: String) { entitlements(accountId: $account, after: $after) {
  ... on EntitlementsChanged { snapshot eventType cursor entitlements { used revision feature { code } } } } }`

describe('Stream of entitlements', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('emits a snapshot, then every change without a gap, also for batches; a cursor continues from there', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'ai_stories', 500)
    const stream = await recordStream<Published>(server.url, service.key, WATCH, { account: accountId })
    await eventually(
      () => stream.events.length,
      (count) => count > 0,
    )
    expect(stream.events[0]).toMatchObject({ snapshot: true, cursor: encodeCursor(accountId, 1) })
    await Promise.all(Array.from({ length: 300 }, () => service.consume({ accountId, feature: 'ai_stories' })))
    const [account] = await server.query<{ version: number }>(`select version from account where id = $1`, [accountId])
    await eventually(
      () => sequenceOf(stream.events.at(-1)!.cursor),
      (sequence) => sequence === account!.version,
    )
    const sequences = stream.events.map(({ cursor }) => sequenceOf(cursor))
    expect(sequences).toEqual(Array.from({ length: account!.version }, (_, index) => index + 1))
    expect(new Set(stream.events.slice(1).map(({ eventType }) => eventType))).toEqual(new Set(['usage.recorded']))
    const used = (published: Published) =>
      published.entitlements.find(({ feature }) => feature.code === 'ai_stories')!.used
    expect(used(stream.events.at(-1)!)).toBe(300)
    // Many callers cause few versions, because a batch is one change.
    expect(account!.version).toBeLessThan(300)

    const middle = stream.events[Math.floor(stream.events.length / 2)]!
    await stream.stop()
    const again = await recordStream<Published>(server.url, service.key, WATCH, {
      account: accountId,
      after: middle.cursor,
    })
    await eventually(
      () => sequenceOf(again.events.at(-1)?.cursor ?? ''),
      (sequence) => sequence === account!.version,
    )
    expect(again.events.map(({ cursor }) => sequenceOf(cursor))).toEqual(
      sequences.filter((sequence) => sequence > sequenceOf(middle.cursor)),
    )
    await again.stop()
  })

  it('sends every entitlement in a snapshot, differing ones in a change, and empty changes for gap-free sequences', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    const features = server.app.context.catalog.current().features.size
    const stream = await recordStream<Published>(server.url, service.key, WATCH, { account: accountId })
    const published = async (count: number) => {
      const { entitlements, ...rest } = (await stream.until((events) => events.length === count)).at(-1)!
      return { snapshot: rest.snapshot, codes: entitlements.map(({ feature }) => feature.code) }
    }
    const first = await published(1)
    expect([first.snapshot, first.codes.length]).toEqual([true, features])
    await service.consume({ accountId, feature: 'ai_stories', amount: 2 })
    expect(await published(2)).toEqual({ snapshot: false, codes: ['ai_stories'] })
    await assignTestPlan(server, accountId, 'professional')
    const raised = await published(3)
    expect(raised.codes).toContain('members')
    expect(raised.codes.length).toBeLessThan(features)
    await assignTestPlan(server, accountId, 'professional')
    expect(await published(4)).toEqual({ snapshot: false, codes: [] })
    expect(stream.events.map(({ cursor }) => sequenceOf(cursor))).toEqual(
      [0, 1, 2, 3].map((n) => n + sequenceOf(stream.events[0]!.cursor)),
    )
    const { cursor } = stream.events[0]!
    await stream.stop()
    // The cursor is newer than every event of this stream. Its first change contains all features.
    const again = await recordStream<Published>(server.url, service.key, WATCH, { account: accountId, after: cursor })
    const missed = await again.until((events) => events.length === 3)
    expect(missed.map(({ entitlements }) => entitlements.length)).toEqual([features, 0, 0])
    await again.stop()
  })

  it('counts usage before and after the first purchase together, when the customer is created at the provider', async () => {
    const service = await entitlementService(server)
    const email = `${randomUUID()}@example.com`
    const accountId = await newAccount(server, email)
    const customers = () =>
      server.query<{ provider: string }>(`select provider from billing_customer where account_id = $1`, [accountId])
    await service.consume({ accountId, feature: 'ai_stories', amount: 7 })
    expect(await customers()).toEqual([])
    const providerReference = await startCheckout(server, await server.token(email), {
      plan: 'professional',
      idempotencyKey: 'first',
    })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await eventually(customers, (rows) => rows.length === 1)
    const used = await service.consume({ accountId, feature: 'ai_stories', amount: 3 })
    expect(used.entitlement.used).toBe(10)
    const entries = await server.query<{ total: number; accounts: number }>(
      `select -sum(amount)::int as total, count(distinct account_id)::int as accounts from ledger_entry
       where account_id = $1 and kind = 'CONSUME'`,
      [accountId],
    )
    expect(entries).toEqual([{ total: 10, accounts: 1 }])
  })
})
