import { AccountCursor } from '@stackgate/client/documents'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { person } from '#test/support/members.js'
import { poolApi, poolOf, POOL } from '#test/support/pools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('setParentAccount', () => {
  let server: TestServer
  let service: EntitlementService
  let api: ReturnType<typeof poolApi>
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    api = poolApi(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const use = (accountId: string, amount: number, idempotencyKey?: string) =>
    service.consume({ accountId, feature: POOL, amount, ...(idempotencyKey ? { idempotencyKey } : {}) })
  const sumOf = async (accountId: string) =>
    (
      await server.query<{ used: number }>(
        `select coalesce(-sum(amount), 0)::int as used from ledger_entry where account_id = $1 and feature = $2`,
        [accountId, POOL],
      )
    )[0]!.used

  it('takes units of sub-accounts from the pool, never more than it has under concurrent use', async () => {
    const { parent, subAccounts } = await poolOf(server, 'acme', 4)
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        index % 4 === 0
          ? service.reserve({ accountId: subAccounts[index % 3]!.accountId, feature: POOL, amount: 30 })
          : use(subAccounts[index % 4]!.accountId, 30),
      ),
    )
    const done = answers.filter(({ code }) => code === undefined)
    expect(done).toHaveLength(33)
    const denied = answers.find(({ code }) => code !== undefined)!
    expect(denied).toMatchObject({
      __typename: 'Denial',
      code: 'POOL_EXHAUSTED',
      remedies: [{ kind: 'WAIT' }, { kind: 'ASK_PARENT' }],
    })
    expect(denied.message).toBe('The pool has 10 AI credits units left: 30 requested.')
    const consumed = done.find((one) => one.__typename === 'Consumption')!
    expect(consumed.taken).toEqual([{ amount: 30, source: { kind: 'POOL', code: 'pool' } }])
    expect(await sumOf(parent.accountId)).toBe(990)
    for (const { accountId } of subAccounts) expect(await sumOf(accountId)).toBe(0)
    const used = (await api.subAccountsOf(parent)).map(({ usage }) => usage[0]!.used)
    const consumptions = done.filter((one) => one.__typename === 'Consumption').length
    expect(used.reduce((sum, one) => sum + one, 0)).toBe(consumptions * 30)
  })

  it('repeats a key for the same sub-account only', async () => {
    const { parent, subAccounts } = await poolOf(server, 'keys', 2)
    const [first, second] = subAccounts
    const once = await use(first!.accountId, 7, 'job-1')
    expect(await use(first!.accountId, 7, 'job-1')).toMatchObject({ id: once.id, taken: once.taken })
    expect(await use(first!.accountId, 8, 'job-1')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect((await use(second!.accountId, 7, 'job-1')).id).not.toBe(once.id)
    expect(await sumOf(parent.accountId)).toBe(14)
  })

  it('moves and returns without minting, and uses the own units again outside of a pool', async () => {
    const from = await poolOf(server, 'from', 1)
    const to = await poolOf(server, 'to', 1)
    const { accountId } = from.subAccounts[0]!
    const move = (parentId: string | null) => api.setParent(from.operator, { accountId, parentId })
    await api.setLimit(from.parent.token, {
      subAccountId: accountId,
      feature: POOL,
      period: 'MONTH',
      limit: { units: 100 },
    })
    await use(accountId, 60)
    await move(to.parent.accountId)
    expect(await use(accountId, 500)).toMatchObject({ amount: 500 })
    expect([await sumOf(from.parent.accountId), await sumOf(to.parent.accountId)]).toEqual([60, 500])
    await move(from.parent.accountId)
    expect(await api.subAccountOf(from.subAccounts[0]!)).toMatchObject({ limits: [], usage: [{ used: 60 }] })
    expect(
      await api.setLimit(from.parent.token, {
        subAccountId: accountId,
        feature: POOL,
        period: 'MONTH',
        limit: { units: 100 },
      }),
    ).not.toHaveProperty('code')
    expect(await api.subAccountsOf(from.parent)).toMatchObject([
      { limits: [{ used: { units: 60 }, remaining: { units: 40 } }] },
    ])
    expect(await use(accountId, 41)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    // An owner of the parent ends it, and can no longer read the use of the account.
    expect(await api.setParent(from.parent.token, { accountId, parentId: null })).toEqual({})
    expect(await api.subAccountOf(from.subAccounts[0]!)).toBeNull()
    expect(await use(accountId, 1000)).toMatchObject({ amount: 1000, taken: [{ source: { kind: 'PLAN' } }] })
    expect(await sumOf(from.parent.accountId)).toBe(60)
  })

  it('never uses a pool that was left, while moves and uses are concurrent', async () => {
    const one = await poolOf(server, 'one', 1)
    const two = await poolOf(server, 'two', 0)
    const { accountId } = one.subAccounts[0]!
    const parents = [two.parent.accountId, null, one.parent.accountId, null, two.parent.accountId]
    const moves = (async () => {
      for (const parentId of parents) await api.setParent(one.operator, { accountId, parentId })
    })()
    const uses = await Promise.all(Array.from({ length: 80 }, () => use(accountId, 10)))
    await moves
    const sums = await Promise.all([one.parent.accountId, two.parent.accountId, accountId].map(sumOf))
    expect(sums.reduce((sum, each) => sum + each, 0)).toBe(uses.filter(({ code }) => !code).length * 10)
    for (const sum of sums) expect(sum).toBeLessThanOrEqual(1000)
    const before = await sumOf(two.parent.accountId)
    await use(accountId, 10)
    expect(await sumOf(two.parent.accountId)).toBe(Math.min(1000, before + 10))
  })

  it('shows a sub-account its own numbers, and other accounts nothing', async () => {
    const { parent, subAccounts } = await poolOf(server, 'view', 2)
    const [first, second] = subAccounts
    await use(first!.accountId, 100)
    const check = await server.graphql<{ check: Record<string, unknown> }>(
      `query ($id: ID!) { check(accountId: $id, feature: "${POOL}", amount: 901) { allowed explain denial { code remedies { kind } }
        entitlement { remaining sources { kind code } } } }`,
      { id: second!.accountId },
      second!.token,
    )
    expect(check.data.check).toMatchObject({
      allowed: false,
      denial: { code: 'POOL_EXHAUSTED' },
      entitlement: { remaining: 900, sources: [{ kind: 'POOL', code: 'pool' }] },
    })
    expect(await api.subAccountOf(second!)).toEqual({
      account: { id: second!.accountId },
      limits: [],
      usage: [{ used: 0 }],
    })
    const ids = (await api.subAccountsOf(parent)).map(({ account }) => account.id)
    expect(ids.toSorted()).toEqual(subAccounts.map(({ accountId }) => accountId).toSorted())
    for (const [reader, id] of [
      [first!, second!.accountId],
      [first!, parent.accountId],
      [parent, first!.accountId],
    ] as const) {
      const { data } = await server.graphql(AccountCursor, { account: id }, reader.token)
      expect(data.account).toBeNull()
    }
  })

  it('commits a reservation with a key of the sub-account, and finds none of others', async () => {
    const { parent, subAccounts } = await poolOf(server, 'hold', 2)
    const [first, second] = subAccounts
    const scopes = ['entitlements:read', 'entitlements:write']
    const own = await entitlementService(server, scopes, first!.accountId)
    const other = await entitlementService(server, scopes, second!.accountId)
    const { id: reservationId } = await own.reserve({ accountId: first!.accountId, feature: POOL, amount: 50 })
    expect(await other.raw('commitReservation', { reservationId })).toMatchObject({ code: 'NOT_FOUND' })
    const done = await own.commit({ reservationId, amount: 40 })
    expect(done).toMatchObject({ amount: 40, taken: [{ amount: 40, source: { kind: 'POOL' } }] })
    expect(await other.raw('releaseReservation', { reservationId })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await own.raw('releaseReservation', { reservationId })).toMatchObject({
      answer: { code: 'RESERVATION_CLOSED' },
    })
    expect(await sumOf(parent.accountId)).toBe(40)
    expect((await api.subAccountsOf(parent)).map(({ usage }) => usage[0]!.used)).toEqual(
      expect.arrayContaining([0, 40]),
    )
  })

  it('requires owners of both accounts, and denies further levels', async () => {
    const { parent, subAccounts, operator } = await poolOf(server, 'rights', 1)
    const stranger = await person(server, 'stranger@rights.example.com')
    const { accountId } = stranger
    expect(await api.setParent(stranger.token, { accountId, parentId: parent.accountId })).toEqual({
      code: 'NOT_FOUND',
    })
    expect(await api.setParent(parent.token, { accountId, parentId: parent.accountId })).toEqual({ code: 'NOT_FOUND' })
    expect(await api.setParent(parent.token, { accountId, parentId: null })).toEqual({ code: 'NOT_FOUND' })
    const asOperator = (from: string, to: string) => api.setParent(operator, { accountId: from, parentId: to })
    expect(await asOperator(accountId, accountId)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['parentId'] }],
    })
    expect(await asOperator(accountId, subAccounts[0]!.accountId)).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await asOperator(parent.accountId, accountId)).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })
})
