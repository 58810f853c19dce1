import { Check } from '@stackgate/client/documents'
import { setOverride } from '#services/entitlements/terms/write-override.js'
import { assignPackage, endPackage } from '#services/entitlements/packages/assign-package.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordMemberCount } from '#services/identity/accounts/record-member-count.js'
import {
  entitlementService,
  grantTestCredits,
  assignTestPlan,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { execute } from '#test/support/plain-sql.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('packages and overrides', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  /** As another verb does it: in its transaction, under the account's lock, with an event. */
  const change = (accountId: string, work: (transaction: Transaction, at: Date) => Promise<unknown>) =>
    server.app.context.database.transaction(async (transaction) => {
      const at = server.app.context.clock.now()
      await lockAccount(transaction, accountId)
      await work(transaction, at)
      await recordAccountEvent(transaction, accountId, at, {
        type: 'account.renamed',
        summary: 'A test.',
        changesEntitlements: true,
      })
    })
  const storage = async (accountId: string, asOf: string | null = null) => {
    const { data } = await server.graphql<{
      account: { usage: { entitlement: { limit: number; used: number; sources: { kind: string; amount: number }[] } } }
    }>(
      `query ($id: ID!, $asOf: DateTime) { account(id: $id) { usage { entitlement(feature: "storage_gb", asOf: $asOf) { limit used sources { kind amount } } } } }`,
      { id: accountId, asOf },
      service.key,
    )
    return data.account.usage.entitlement
  }
  const holding = (accountId: string, quantity: number, endsAt: Date | null = null) => {
    const sold = server.app.context.catalog.current().packageByCode.get('extra_storage')!
    return {
      accountId,
      packageCode: sold.code,
      packageVersionId: sold.versionId,
      sourceType: 'subscription' as const,
      sourceId: `sub_of_${accountId}`,
      quantity,
      since: server.app.context.clock.now(),
      endsAt,
    }
  }

  it('raises the limit by an add-on and its quantity, and lowers it when the add-on ends', async () => {
    const accountId = await newAccount(server)
    expect(await storage(accountId)).toMatchObject({ limit: 1 })
    await change(accountId, (transaction, at) => assignPackage(transaction, holding(accountId, 1), at))
    await change(accountId, (transaction, at) => assignPackage(transaction, holding(accountId, 1), at))
    expect(await storage(accountId)).toMatchObject({
      limit: 11,
      sources: [
        { kind: 'PLAN', amount: 1 },
        { kind: 'ADDON', amount: 10 },
      ],
    })
    await change(accountId, (transaction, at) => assignPackage(transaction, holding(accountId, 3), at))
    expect(await storage(accountId)).toMatchObject({ limit: 31 })
    const { sourceType, sourceId } = holding(accountId, 3)
    await change(accountId, (transaction, at) => endPackage(transaction, { accountId, sourceType, sourceId }, at))
    expect(await storage(accountId)).toMatchObject({ limit: 1 })
  })

  it('ends packages and overrides exactly on time and publishes it', async () => {
    const accountId = await newAccount(server)
    const until = new Date(server.app.context.clock.now().getTime() + 60_000)
    await change(accountId, async (transaction, at) => {
      await assignPackage(transaction, holding(accountId, 1, until), at)
      const override = { feature: 'storage_gb', amount: 5, unlimited: false, reason: 'a favour', setBy: 'ops' }
      await setOverride(transaction, { accountId, until: new Date(until.getTime() + 60_000), ...override }, at)
    })
    expect(await storage(accountId)).toMatchObject({ limit: 16 })
    await server.app.context.clock.set(new Date(until.getTime() - 1))
    expect(await storage(accountId)).toMatchObject({ limit: 16 })
    await server.advanceTo(until.toISOString())
    expect(await storage(accountId)).toMatchObject({ limit: 6 })
    await server.advanceTo(new Date(until.getTime() + 60_000).toISOString())
    expect(await storage(accountId)).toMatchObject({ limit: 1 })
    await eventually(
      () =>
        server.query<{ type: string }>(`select type from stream_event where stream_id = $1 order by sequence`, [
          accountId,
        ]),
      (events) => events.length === 3,
    )
    const events = await server.query<{ type: string }>(
      `select type from stream_event where stream_id = $1 order by sequence`,
      [accountId],
    )
    expect(events.map(({ type }) => type)).toEqual(['account.renamed', 'package.ended', 'override.ended'])
  })

  it('asOf returns assignments and usage at a past time', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'ai_stories', 50)
    await service.consume({ accountId, feature: 'ai_stories', amount: 30 })
    const before = server.app.context.clock.now().toISOString()
    await server.advanceTo('2026-03-20T10:00:00Z')
    await service.consume({ accountId, feature: 'ai_stories', amount: 10 })
    const stories = async (asOf: string | null) => {
      const { data } = await server.graphql<{ account: { usage: { entitlement: object } } }>(
        `query ($id: ID!, $asOf: DateTime) { account(id: $id) { usage { entitlement(feature: "ai_stories", asOf: $asOf) { limit used remaining } } } }`,
        { id: accountId, asOf },
        service.key,
      )
      return data.account.usage.entitlement
    }
    expect(await stories(before)).toEqual({ limit: 75, used: 30, remaining: 45 })
    expect(await stories(null)).toEqual({ limit: 75, used: 40, remaining: 35 })
    expect(await stories('2026-04-01T00:00:00Z')).toEqual({ limit: 60, used: 0, remaining: 60 })
  })

  it('omits reservations that expire before a future asOf time', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'ai_stories', 50)
    // Units of the plan's 25 and of the pack: the reservation releases to both.
    await service.reserve({ accountId, feature: 'ai_stories', amount: 40, expiresInSeconds: 60 })
    await service.reserve({ accountId, feature: 'ai_stories', amount: 5, expiresInSeconds: 7200 })
    const now = server.app.context.clock.now().getTime()
    const stories = async (milliseconds: number) => {
      const { data } = await server.graphql<{ account: { usage: { entitlement: object } } }>(
        `query ($id: ID!, $asOf: DateTime) { account(id: $id) { usage { entitlement(feature: "ai_stories", asOf: $asOf) { used reserved remaining } } } }`,
        { id: accountId, asOf: new Date(now + milliseconds).toISOString() },
        service.key,
      )
      return data.account.usage.entitlement
    }
    expect(await stories(59_999)).toEqual({ used: 0, reserved: 45, remaining: 30 })
    expect(await stories(60_000)).toEqual({ used: 0, reserved: 5, remaining: 70 })
    expect(await stories(3_600_000)).toEqual({ used: 0, reserved: 5, remaining: 70 })
  })

  it('grants two hundred stories to a joining member, and nothing to one who rejoins', async () => {
    const inCommunity = (email: string, communityRole: 'admin' | 'member', expiresInSeconds = 3600) =>
      server.token(email, { communityId: '9', communityRole, expiresInSeconds })
    const arrive = (token: string) => accountIdOf(server, token)
    const accountId = await arrive(await inCommunity('boss@example.com', 'admin'))
    await assignTestPlan(server, accountId, 'professional')
    /** Without what rolled over from the month before. */
    const limit = async () => {
      const { data } = await server.graphql(Check, { account: accountId, feature: 'ai_stories' }, service.key)
      return data.check!.entitlement!.sources.find(({ kind }) => kind === 'PLAN')!.amount!
    }
    expect(await limit()).toBe(200)
    await arrive(await inCommunity('ann@example.com', 'member'))
    expect(await limit()).toBe(400)
    const leave = () =>
      change(accountId, async (transaction, at) => {
        await execute(
          transaction,
          `delete from member where account_id = $1 and user_id = (select id from app_user where email = 'ann@example.com')`,
          [accountId],
        )
        await recordMemberCount(transaction, accountId, at)
      })
    await leave()
    expect(await limit()).toBe(400)
    // Another token: one that was checked a moment ago is not checked again.
    await arrive(await inCommunity('ann@example.com', 'member', 7200))
    expect(await limit()).toBe(400)
    await leave()
    const next = new Date(server.app.context.clock.now())
    await server.advanceTo(new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 1)).toISOString())
    expect(await limit()).toBe(200)
  })
})
