import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expectInvariants } from '#test/support/invariants.js'
import { RecordUsage, Check, UpsertAccount } from '@stackgate/client/documents'
import {
  entitlementService,
  grantTestCredits,
  assignTestPlan,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { execute } from '#test/support/plain-sql.js'
import { ofType } from '#test/support/of-type.js'

describe('quota windows', () => {
  let harness: TestServer
  let service: EntitlementService
  const open = async (catalog: string, start: string) => {
    harness = await startTestServer({ start, env: { CATALOG: catalog, PARENT_APP_URL: 'https://app.example' } })
    service = await entitlementService(harness)
    return newAccount(harness)
  }
  afterEach(() => harness.close())

  /** The clock of the product alone, to the millisecond. */
  const at = (moment: string) => harness.app.context.clock.set(new Date(moment))

  it('resets attribution runs at the end of 31 December and of a leap-year February', async () => {
    const accountId = await open('attribution', '2027-12-31T23:59:59.000Z')
    const run = (amount = 1) => service.consume({ accountId, feature: 'attribution_runs', amount })
    const [first] = await harness.query<{ allowance: number }>(
      `select (f ->> 'amount')::int as allowance from plan_version v join plan p on p.id = v.plan_id,
         jsonb_array_elements(v.terms -> 'features') f where p.code = 'free' and f ->> 'feature' = 'attribution_runs'`,
    )
    const all = first!.allowance
    expect((await run(all)).entitlement).toMatchObject({ remaining: 0, resetsAt: '2028-01-01T00:00:00.000Z' })
    await at('2027-12-31T23:59:59.999Z')
    expect(await run()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quantity: { used: { units: all }, resetsAt: '2028-01-01T00:00:00.000Z' },
    })
    await at('2028-01-01T00:00:00.000Z')
    expect((await run(all)).entitlement).toMatchObject({ used: all, resetsAt: '2028-02-01T00:00:00.000Z' })
    await at('2028-02-29T23:59:59.999Z')
    expect((await run(all)).entitlement).toMatchObject({ used: all, resetsAt: '2028-03-01T00:00:00.000Z' })
    expect(await run()).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2028-03-01T00:00:00.000Z')
    expect((await run()).entitlement).toMatchObject({ used: 1 })
  })

  it('resets hours, days and weeks at their end in UTC, and names them in denials and prices', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-windows-')), 'catalog.yaml')
    const windows = ['hour', 'day', 'week'] as const
    const features = Object.fromEntries(windows.map((window) => [window, { name: `Calls`, kind: 'quota', window }]))
    const amounts = Object.fromEntries(windows.map((window) => [window, 10]))
    const plans = { free: { name: 'Free', rank: 0, features: amounts } }
    writeFileSync(path, stringify({ business: 'windows', currency: 'USD', features, plans }))
    // A Sunday.
    const accountId = await open(path, '2026-03-15T22:30:00.000Z')
    const use = (feature: string, amount = 10) => service.consume({ accountId, feature, amount })
    expect((await use('hour')).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-15T23:00:00.000Z' })
    expect((await use('day')).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-16T00:00:00.000Z' })
    expect((await use('week')).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-16T00:00:00.000Z' })
    const messages = await Promise.all(windows.map(async (window) => (await use(window, 1)).message))
    expect(messages).toEqual([
      'You have used 10/10 calls this hour.',
      'You have used 10/10 calls today.',
      'You have used 10/10 calls this week.',
    ])
    await at('2026-03-15T23:00:00.000Z')
    expect((await use('hour')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-16T00:00:00.000Z' })
    expect(await use('day', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2026-03-16T00:00:00.000Z')
    expect((await use('day')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-17T00:00:00.000Z' })
    expect((await use('week')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-23T00:00:00.000Z' })
    const { data } = await harness.graphql<{ plans: { features: { window: string; text: string }[] }[] }>(
      `{ plans { features { window text } } }`,
    )
    expect(data.plans[0]!.features).toEqual([
      { window: 'hour', text: '10 calls an hour' },
      { window: 'day', text: '10 calls a day' },
      { window: 'week', text: '10 calls a week' },
    ])
    await expectInvariants(harness)
  })

  it('resets days in the time zone of the account, and forgets no use when it changes', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-windows-')), 'catalog.yaml')
    const features = {
      local: { name: 'Calls', kind: 'quota', window: 'day', time_zone: 'account' },
      utc: { name: 'Calls', kind: 'quota', window: 'day' },
    }
    const plans = { free: { name: 'Free', rank: 0, features: { local: 10, utc: 10 } } }
    writeFileSync(path, stringify({ business: 'zones', currency: 'USD', features, plans }))
    // Half past four in the afternoon in New York, before the night in which its clocks change.
    await open(path, '2026-03-07T21:30:00.000Z')
    const key = await harness.serviceKey(['accounts:write'])
    const accountId = 'customer:ny'
    const zone = async (timeZone: string | null) => {
      const { data, errors } = await harness.graphql(UpsertAccount, { account: accountId, input: { timeZone } }, key)
      expect([errors, data.upsertAccount]).toMatchObject([undefined, { timeZone }])
    }
    await zone('America/New_York')
    const use = (feature: string, amount = 10) => service.consume({ accountId, feature, amount })
    expect((await use('local')).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-08T05:00:00.000Z' })
    expect((await use('utc')).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-08T00:00:00.000Z' })
    await at('2026-03-08T04:59:59.999Z')
    expect((await use('utc')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-09T00:00:00.000Z' })
    expect(await use('local', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2026-03-08T05:00:00.000Z')
    // The day has 23 hours.
    expect((await use('local')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-09T04:00:00.000Z' })
    // In Tokyo the next day begins at three in the afternoon; the use of the day of New York counts until its own end.
    await zone('Asia/Tokyo')
    await at('2026-03-08T15:00:00.000Z')
    expect(await use('local', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2026-03-09T04:00:00.000Z')
    expect((await use('local')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-09T15:00:00.000Z' })
    await zone(null)
    await at('2026-03-09T15:00:00.000Z')
    expect((await use('local')).entitlement).toMatchObject({ used: 10, resetsAt: '2026-03-10T00:00:00.000Z' })
    const changed = await harness.query(
      `select data -> 'from' as "from", data -> 'to' as "to" from stream_event where type = 'account.time_zone_changed' order by sequence`,
    )
    expect(changed).toEqual([
      { from: null, to: 'America/New_York' },
      { from: 'America/New_York', to: 'Asia/Tokyo' },
      { from: 'Asia/Tokyo', to: null },
    ])
    await expectInvariants(harness)
  })

  it('limits chat messages in every sliding window of thirty days, in sixty buckets', async () => {
    const accountId = await open('communities', '2026-03-01T06:00:00.000Z')
    await assignTestPlan(harness, accountId, 'pro')
    const say = (amount: number) => service.consume({ accountId, feature: 'ai_chat_message', amount })
    expect((await say(6000)).entitlement).toMatchObject({ limit: 10_000, remaining: 4000 })
    await at('2026-03-15T18:00:00.000Z')
    expect((await say(4000)).entitlement).toMatchObject({ remaining: 0, resetsAt: '2026-03-31T12:00:00.000Z' })
    expect(await say(1)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quantity: { used: { units: 10_000 }, limit: { units: 10_000 } },
    })
    await at('2026-03-31T11:59:59.999Z')
    expect(await say(1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2026-03-31T12:00:00.000Z')
    expect((await say(6000)).entitlement).toMatchObject({ used: 10_000, remaining: 0 })
    await at('2026-04-15T00:00:00.000Z')
    // Usage of the first two days no longer counts. Usage of the 31st does.
    expect((await say(4000)).entitlement).toMatchObject({ used: 10_000, remaining: 0 })
    expect(await say(1)).toMatchObject({ code: 'QUOTA_EXCEEDED', quantity: { resetsAt: '2026-05-01T00:00:00.000Z' } })
    const [buckets] = await harness.query(`select count(*)::int as buckets from quota_usage where account_id = $1`, [
      accountId,
    ])
    expect(buckets).toEqual({ buckets: 4 })
  })

  it('removes usage recorded later from a sliding window at the time of its use', async () => {
    const accountId = await open('communities', '2026-03-01T06:00:00.000Z')
    await assignTestPlan(harness, accountId, 'pro')
    const say = (amount: number) => service.consume({ accountId, feature: 'ai_chat_message', amount })
    const publish = async (amount: number, moment: string) => {
      const { data } = await harness.graphql(
        RecordUsage,
        { events: [{ accountId, feature: 'ai_chat_message', amount, at: moment, key: moment }] },
        service.key,
      )
      return (
        ofType(data.recordUsage, 'UsageReportPayload').rejected[0]?.code ??
        ofType(data.recordUsage, 'UsageReportPayload').acceptedCount
      )
    }
    expect((await say(1000)).entitlement).toMatchObject({ used: 1000 })
    await at('2026-03-30T06:00:00.000Z')
    // Into a bucket that is there, into one that is not, and at the very edge of the window.
    expect(await publish(2000, '2026-03-01T07:00:00.000Z')).toBe(1)
    expect(await publish(3000, '2026-03-10T00:00:00.000Z')).toBe(1)
    expect(await publish(100, '2026-02-28T06:00:00.000Z')).toBe(1)
    expect(await publish(1, '2026-02-23T05:59:59.999Z')).toBe('INVALID_PARAMETERS')
    expect((await say(1)).entitlement).toMatchObject({ used: 6101, resetsAt: '2026-03-30T12:00:00.000Z' })
    await at('2026-03-30T12:00:00.000Z')
    expect((await say(1)).entitlement).toMatchObject({ used: 6002, resetsAt: '2026-03-31T12:00:00.000Z' })
    await at('2026-03-31T12:00:00.000Z')
    expect((await say(1)).entitlement).toMatchObject({ used: 3003, resetsAt: '2026-04-09T12:00:00.000Z' })
    expect(
      await harness.query(`select used::int from quota_usage where account_id = $1 order by window_start`, [accountId]),
    ).toEqual([{ used: 100 }, { used: 3000 }, { used: 3000 }, { used: 1 }, { used: 1 }, { used: 1 }])
  })

  it('keeps a pack beyond the month and expires it to the millisecond', async () => {
    const accountId = await open('agileforge', '2026-01-20T10:00:00.000Z')
    const story = (amount: number) => service.consume({ accountId, feature: 'ai_stories', amount })
    await grantTestCredits(harness, accountId, 'ai_stories', 50, { expiresAt: new Date('2026-04-20T10:00:00.000Z') })
    expect((await story(40)).entitlement).toMatchObject({ limit: 75, used: 40, remaining: 35 })
    await at('2026-02-01T00:00:00.000Z')
    expect((await story(1)).entitlement).toMatchObject({ limit: 60, used: 1, remaining: 59 })
    await at('2026-04-20T09:59:59.999Z')
    expect((await story(26)).taken).toEqual([
      { amount: 25, source: { kind: 'PLAN', code: 'starter' } },
      { amount: 1, source: { kind: 'PACKAGE', code: 'a_pack' } },
    ])
    await at('2026-04-20T10:00:00.000Z')
    expect(await story(1)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quantity: { used: { units: 25 }, limit: { units: 25 } },
    })
    const expired = await harness.query(
      `select amount, at from ledger_entry where account_id = $1 and kind = 'EXPIRE'`,
      [accountId],
    )
    // A denial writes nothing, so that the scheduled job records the expiry.
    await harness.advanceTo('2026-04-20T10:00:01Z')
    expect(expired.length).toBeLessThanOrEqual(1)
    expect(
      await harness.query(`select amount, at from ledger_entry where account_id = $1 and kind = 'EXPIRE'`, [accountId]),
    ).toEqual([{ amount: -34, at: new Date('2026-04-20T10:00:00.000Z') }])
  })

  it('sends no warning for a pack exhausted in earlier months, and reads the past unchanged', async () => {
    const accountId = await open('agileforge', '2026-01-20T10:00:00.000Z')
    const story = (amount: number) => service.consume({ accountId, feature: 'ai_stories', amount })
    const warnings = async () => {
      await harness.app.context.entitlements.idle()
      return harness.query(`select threshold from usage_warning where account_id = $1 and period >= '2026-02-01'`, [
        accountId,
      ])
    }
    await grantTestCredits(harness, accountId, 'ai_stories', 1000, { expiresAt: new Date('2026-12-20T10:00:00.000Z') })
    expect((await story(825)).entitlement).toMatchObject({ limit: 1025, used: 825, remaining: 200 })
    await at('2026-02-01T00:00:00.000Z')
    const held = await service.reserve({ accountId, feature: 'ai_stories', amount: 35, expiresInSeconds: 600 })
    expect(held.entitlement).toMatchObject({ limit: 225, used: 0, reserved: 35, remaining: 190 })
    expect((await service.commit({ reservationId: held.id })).entitlement).toMatchObject({ limit: 225, used: 35 })
    expect((await story(10)).entitlement).toMatchObject({ limit: 225, used: 45, remaining: 180 })
    expect(await warnings()).toEqual([])
    await at('2026-02-10T00:00:00.000Z')
    expect((await story(180)).entitlement).toMatchObject({ limit: 225, used: 225, remaining: 0 })
    expect(await warnings()).toEqual([{ threshold: 80 }, { threshold: 95 }])
    await at('2026-03-01T00:00:00.000Z')
    expect((await story(1)).entitlement).toMatchObject({ limit: 25, used: 1, remaining: 24 })

    const asOf = async (moment: string) => {
      const { data } = await harness.graphql<{ account: { usage: { entitlements: { feature: { code: string } }[] } } }>(
        `query ($id: ID!, $asOf: DateTime!) {
          account(id: $id) { usage { entitlements(asOf: $asOf) { feature { code } limit used reserved remaining nearLimit } } } }`,
        { id: accountId, asOf: moment },
        service.key,
      )
      return data.account.usage.entitlements.find(({ feature }) => feature.code === 'ai_stories')
    }
    expect(await asOf('2026-01-31T00:00:00.000Z')).toMatchObject({ limit: 1025, used: 825, remaining: 200 })
    expect(await asOf('2026-02-09T00:00:00.000Z')).toMatchObject({ limit: 225, used: 45, remaining: 180 })
    expect(await asOf('2026-02-28T00:00:00.000Z')).toMatchObject({ limit: 225, used: 225, nearLimit: true })
  })

  it('grants a flag by a pack while it has units left', async () => {
    const accountId = await open('agileforge', '2026-01-20T10:00:00.000Z')
    await grantTestCredits(harness, accountId, 'ai_stories', 250, { flags: ['priority_processing'] })
    const priority = async () => {
      const { data } = await harness.graphql(Check, { account: accountId, feature: 'priority_processing' }, service.key)
      return data.check!.allowed
    }
    expect(await priority()).toBe(true)
    await service.consume({ accountId, feature: 'ai_stories', amount: 25 + 249 })
    expect(await priority()).toBe(true)
    await service.consume({ accountId, feature: 'ai_stories' })
    expect(await priority()).toBe(false)
  })

  it('allows no more than the best plan in any sequence of plan changes: usage stays, upgrades apply immediately', async () => {
    const accountId = await open('agileforge', '2026-05-10T10:00:00.000Z')
    const story = (amount: number) => service.consume({ accountId, feature: 'ai_stories', amount })
    await story(25)
    expect(await story(1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    for (let time = 0; time < 3; time++) {
      await assignTestPlan(harness, accountId, 'professional', { sourceId: `sub_${time}` })
      const left = time === 0 ? 175 : 0
      const answer = await story(left + 1)
      expect(answer).toMatchObject({ code: 'QUOTA_EXCEEDED', quantity: { limit: { units: 200 } } })
      if (left > 0) expect((await story(left)).entitlement).toMatchObject({ used: 200, remaining: 0 })
      const { database, clock } = harness.app.context
      await execute(database, `update plan_assignment set ended_at = $2 where account_id = $1 and ended_at is null`, [
        accountId,
        clock.now(),
      ])
      await execute(database, `update account set version = version + 1 where id = $1`, [accountId])
      expect(await story(1)).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        quantity: { used: { units: 200 }, limit: { units: 25 } },
      })
    }
    await at('2026-06-01T00:00:00.000Z')
    expect((await story(25)).entitlement).toMatchObject({ used: 25, remaining: 0 })
  })

  it('multiplies amounts per paid unit by the paid quantity', async () => {
    const accountId = await open('try-direct', '2026-05-10T10:00:00.000Z')
    const server = (name: string) => service.allocate({ accountId, feature: 'managed_servers', resourceId: name })
    await assignTestPlan(harness, accountId, 'basic', { quantity: 2 })
    expect([(await server('a')).allocated, (await server('b')).allocated]).toEqual([true, true])
    expect(await server('c')).toMatchObject({
      code: 'LIMIT_REACHED',
      quantity: { used: { units: 2 }, limit: { units: 2 } },
    })
    await assignTestPlan(harness, accountId, 'basic', { quantity: 3 })
    expect((await server('c')).allocated).toBe(true)
  })
})
