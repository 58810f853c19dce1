import { randomUUID } from 'node:crypto'
import { revokeGrant } from '#services/entitlements/credits/revoke-grant.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  entitlementService,
  grantTestCredits,
  assignTestPlan,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'

const FEATURE = 'ai_stories'

describe('consume', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-12-30T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const rows = (accountId: string) =>
    server.query<{ kind: string; amount: number; balance: number; source: string }>(
      `select kind, amount, balance_after as balance, source from ledger_entry where account_id = $1 order by version, operation_no, entry_no`,
      [accountId],
    )

  it("consumes from the plan's allowance and returns the rest", async () => {
    const accountId = await newAccount(server)
    const taken = await service.consume({ accountId, feature: FEATURE, amount: 5, reference: 'sprint 7' })
    expect(taken).toMatchObject({
      __typename: 'Consumption',
      amount: 5,
      taken: [{ amount: 5, source: { kind: 'PLAN', code: 'starter' } }],
      entitlement: { limit: 25, used: 5, remaining: 20, resetsAt: '2027-01-01T00:00:00.000Z' },
    })
    expect(await rows(accountId)).toEqual([{ kind: 'CONSUME', amount: -5, balance: 0, source: 'PLAN starter' }])
  })

  it('returns the first result for a repeated key forever, and consumes once', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 3, reference: 'once', idempotencyKey: 'story-1' }
    const first = await service.consume(input)
    for (const repeat of [input, { ...input }]) {
      expect(await service.consume(repeat)).toMatchObject({ id: first.id, amount: 3, taken: first.taken })
    }
    expect(await rows(accountId)).toHaveLength(1)
    expect(await service.consume({ ...input, amount: 4 })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await service.consume({ ...input, reference: null })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    const other = await entitlementService(server)
    expect((await other.consume(input)).id).not.toBe(first.id)
  })

  it('shares idempotency keys among the services of one account, so that a rotated key counts no retry twice', async () => {
    const accountId = await newAccount(server)
    const [old, rotated] = await Promise.all(
      [1, 2].map(() => entitlementService(server, ['entitlements:read', 'entitlements:write'], accountId)),
    )
    const input = { accountId, feature: FEATURE, amount: 3, idempotencyKey: 'across-the-rotation' }
    const first = await old!.consume(input)
    expect(await rotated!.consume(input)).toMatchObject({ id: first.id, entitlement: { used: 3 } })
    expect(await rotated!.consume({ ...input, amount: 4 })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    const held = { accountId, feature: FEATURE, amount: 1, idempotencyKey: 'held' }
    expect((await rotated!.reserve(held)).id).toBe((await old!.reserve(held)).id)
    const { data } = await server.graphql<{ operation: object | null }>(
      `{ operation(key: "across-the-rotation") { __typename } }`,
      {},
      rotated!.key,
    )
    expect(data.operation).not.toBeNull()
    // Another account's service has separate keys.
    const stranger = await newAccount(server)
    const other = await entitlementService(server, ['entitlements:write'], stranger)
    expect((await other.consume({ ...input, accountId: stranger })).id).not.toBe(first.id)
  })

  it('consumes once for twenty concurrent calls with one key', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 2, idempotencyKey: 'at-once' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.consume(input)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(await rows(accountId)).toHaveLength(1)
  })

  it('stores references with any letters unchanged', async () => {
    const accountId = await newAccount(server)
    const references = ['say "hi"', 'back\\slash {1,2}', "it's, NULL", 'ümläut 🎈', 'line\nbreak']
    for (const reference of references) await service.consume({ accountId, feature: FEATURE, reference })
    const kept = await server.query<{ reference: string }>(
      `select reference from ledger_entry where account_id = $1 order by version`,
      [accountId],
    )
    expect(kept.map(({ reference }) => reference)).toEqual(references)
  })

  it('denies more than available with remedies, consumes nothing, and stores no denial', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 26, idempotencyKey: 'too-much' }
    const refused = await service.consume(input)
    expect(refused).toMatchObject({
      __typename: 'Denial',
      code: 'QUOTA_EXCEEDED',
      quantity: { used: { units: 0 }, limit: { units: 25 }, resetsAt: '2027-01-01T00:00:00.000Z' },

      currentPlan: { code: 'starter' },
    })
    expect(refused.remedies.length).toBeGreaterThan(0)
    expect(await rows(accountId)).toEqual([])
    await grantTestCredits(server, accountId, FEATURE, 50)
    expect(await service.consume(input)).toMatchObject({ __typename: 'Consumption', amount: 26 })
  })

  it('consumes the plan first, then the earliest expiry, then the oldest grant', async () => {
    const accountId = await newAccount(server)
    const never = await grantTestCredits(server, accountId, FEATURE, 10)
    const late = await grantTestCredits(server, accountId, FEATURE, 10, { expiresAt: new Date('2027-06-01T00:00:00Z') })
    const soon = await grantTestCredits(server, accountId, FEATURE, 10, { expiresAt: new Date('2027-02-01T00:00:00Z') })
    const younger = await grantTestCredits(server, accountId, FEATURE, 10, {
      expiresAt: new Date('2027-06-01T00:00:00Z'),
    })
    await service.consume({ accountId, feature: FEATURE, amount: 25 + 10 + 10 + 4 })
    const left = await server.query<{ id: string; left: number }>(
      `select id, amount - used as left from credit_grant where account_id = $1 order by id`,
      [accountId],
    )
    expect(Object.fromEntries(left.map((row) => [row.id, row.left]))).toEqual({
      [never]: 10,
      [late]: 0,
      [soon]: 0,
      [younger]: 6,
    })
  })

  it('grants once per reference, also for repeated and concurrent calls', async () => {
    const accountId = await newAccount(server)
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => grantTestCredits(server, accountId, FEATURE, 50, { cause: `pay_${accountId}` })),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await rows(accountId)).toEqual([{ kind: 'GRANT', amount: 50, balance: 50, source: 'PACKAGE a_pack' }])
  })

  it('records debt for the used units of a revoked grant, which the next grant repays first', async () => {
    const accountId = await newAccount(server)
    const grantId = await grantTestCredits(server, accountId, FEATURE, 50)
    await service.consume({ accountId, feature: FEATURE, amount: 25 + 30 })
    const { database, catalog, clock } = server.app.context
    const revoked = await database.transaction((transaction) =>
      revokeGrant(transaction, {
        catalog: catalog.current(),
        accountId,
        at: clock.now(),
        grant: { id: grantId },
        reference: 'refund re_1',
      }),
    )
    expect(revoked).toEqual({ grants: 1, takenBack: 20, debt: 30 })
    expect(await service.consume({ accountId, feature: FEATURE })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await grantTestCredits(server, accountId, FEATURE, 40)
    const answer = await service.consume({ accountId, feature: FEATURE, amount: 10 })
    expect(answer.entitlement).toMatchObject({ remaining: 0 })
    const [debt] = await server.query<{ amount: number; entries: number }>(
      `select d.amount, (select -sum(e.amount)::bigint from ledger_entry e where e.account_id = d.account_id and e.kind = 'ADJUST') as entries
       from credit_debt d where d.account_id = $1`,
      [accountId],
    )
    expect(debt).toEqual({ amount: 0, entries: 0 })
    const [sums] = await server.query<{ wrong: number }>(
      `select count(*)::int as wrong from credit_grant g where g.account_id = $1 and g.amount - g.used - g.reserved - g.expired - g.revoked
         <> (select sum(e.amount) from ledger_entry e where e.grant_id = g.id and e.account_id = g.account_id)`,
      [accountId],
    )
    expect(sums).toEqual({ wrong: 0 })
  })

  it('denies invalid input with specific messages and changes nothing', async () => {
    const accountId = await newAccount(server)
    const code = async (mutation: string, input: object) => {
      const { code: error, answer } = await service.raw(mutation, input)
      return error ?? answer?.code ?? answer?.__typename
    }
    const base = { accountId, feature: FEATURE }
    expect(await code('consume', { ...base, feature: 'teleport' })).toBe('NOT_FOUND')
    expect(await code('consume', { ...base, accountId: 'acc_00000000000000000000000000' })).toBe('NOT_FOUND')
    expect(await code('consume', { ...base, accountId: 'person:nobody' })).toBe('NOT_FOUND')
    for (const amount of [0, -1, 1_000_000_000_001])
      expect(await code('consume', { ...base, amount })).toBe('INVALID_AMOUNT')
    for (const amount of [1.5, 1e300]) expect(await code('consume', { ...base, amount })).toBe('BAD_USER_INPUT')
    expect(await code('consume', { ...base, feature: 'projects' })).toBe('INVALID_PARAMETERS')
    expect(await code('consume', { ...base, feature: 'sso' })).toBe('INVALID_PARAMETERS')
    expect(await code('consume', { ...base, idempotencyKey: '' })).toBe('INVALID_PARAMETERS')
    expect(await code('consume', { ...base, amount: null })).toBe('BAD_USER_INPUT')
    expect(await rows(accountId)).toHaveLength(0)
  })

  it('requires a service with write scope for its own accounts; members can read', async () => {
    const email = `${randomUUID()}@example.com`
    const accountId = await newAccount(server, email)
    const ask = (token: string | null) =>
      server.graphql(
        `mutation ($id: ID!) { consume(input: { accountId: $id, feature: "${FEATURE}" }, key: "${randomUUID()}") { denial { code } } }`,
        { id: accountId },
        token,
      )
    const code = async (token: string | null) => (await ask(token)).errors?.[0]?.extensions.code ?? 'done'
    expect(await code(null)).toBe('UNAUTHENTICATED')
    expect(await code(await server.token(email))).toBe('FORBIDDEN')
    expect(await code(await server.token('stranger@example.com'))).toBe('NOT_FOUND')
    expect(await code(await server.serviceKey(['entitlements:read']))).toBe('FORBIDDEN')
    expect(await code(await server.serviceKey(['entitlements:write'], await newAccount(server)))).toBe('NOT_FOUND')
    expect(await code(await server.serviceKey(['entitlements:write'], accountId))).toBe('done')
  })

  it('allows exactly one hundred of concurrent calls', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'professional')
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => service.consume({ accountId, feature: FEATURE })),
    )
    expect(answers.every(({ __typename }) => __typename === 'Consumption')).toBe(true)
    const [usage] = await server.query<{ used: number; rows: number }>(
      `select sum(used)::bigint as used, count(*)::int as rows from quota_usage where account_id = $1`,
      [accountId],
    )
    expect(usage).toEqual({ used: 100, rows: 1 })
    const versions = await server.query<{ version: number; events: number; last: number }>(
      `select a.version, (select count(*) from stream_event e where e.account_id = a.id and e.stream_id = a.id) as events,
         (select max(sequence) from stream_event e where e.account_id = a.id and e.stream_id = a.id) as last from account a where a.id = $1`,
      [accountId],
    )
    expect(versions[0]!.events).toBe(versions[0]!.version)
    expect(versions[0]!.last).toBe(versions[0]!.version)
  })

  it('consumes exactly 123 units of a pack of 123 for five hundred clients', async () => {
    const accountId = await newAccount(server)
    await service.consume({ accountId, feature: FEATURE, amount: 25 })
    await grantTestCredits(server, accountId, FEATURE, 123)
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => service.consume({ accountId, feature: FEATURE })),
    )
    expect(answers.filter(({ __typename }) => __typename === 'Consumption')).toHaveLength(123)
    expect(answers.filter(({ code }) => code === 'QUOTA_EXCEEDED')).toHaveLength(377)
  })

  it('processes a batch of several accounts, repeated keys and denials, each with its own result', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => newAccount(server)))
    const used = await Promise.all(
      accounts.map((accountId) => service.consume({ accountId, feature: FEATURE, idempotencyKey: 'before' })),
    )
    const answers = await Promise.all(
      accounts.flatMap((accountId) => [
        service.consume({ accountId, feature: FEATURE, amount: 20 }),
        service.consume({ accountId, feature: FEATURE, idempotencyKey: 'before' }),
        service.consume({ accountId, feature: FEATURE, amount: 10 }),
        service.consume({ accountId, feature: FEATURE, amount: 4 }),
      ]),
    )
    accounts.forEach((_, index) => {
      const [first, repeated, refused, last] = answers.slice(index * 4, index * 4 + 4)
      expect([first!.__typename, repeated!.id, refused!.code, last!.__typename]).toEqual([
        'Consumption',
        used[index]!.id,
        'QUOTA_EXCEEDED',
        'Consumption',
      ])
    })
  })
})
