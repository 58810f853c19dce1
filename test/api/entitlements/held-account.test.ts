import pg from 'pg'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'

const FEATURE = 'ai_stories'

describe('Account with a row lock of another transaction', () => {
  let server: TestServer
  let service: EntitlementService
  let holder: pg.Client
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-06-01T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
    holder = new pg.Client({ connectionString: server.databaseUrl })
    await holder.connect()
  })
  afterAll(async () => {
    await holder.end()
    await server.close()
  })

  const hold = async (accountIds: string[]) => {
    await holder.query('begin')
    for (const id of accountIds) await holder.query('select id from account where id = $1 for update', [id])
  }
  const take = (accountId: string) => service.consume({ accountId, feature: FEATURE, amount: 1 })
  const used = async (accountId: string) =>
    (
      await server.query<{ used: number }>(
        `select coalesce(-sum(amount), 0)::int as used from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
        [accountId],
      )
    )[0]!.used

  it('waits alone: other accounts are served, and it is served exactly once when unlocked', async () => {
    const held = await Promise.all([newAccount(server), newAccount(server), newAccount(server)])
    const others = await Promise.all([newAccount(server), newAccount(server)])
    await hold(held)
    const answered: string[] = []
    const waiting = held.flatMap((accountId) =>
      [1, 2, 3].map(async () => {
        const answer = await take(accountId)
        answered.push(answer.__typename)
        return answer
      }),
    )
    // In the same batches as the waiting calls, and again when the locked account is known.
    for (let turn = 0; turn < 3; turn++)
      for (const { __typename } of await Promise.all(others.flatMap((accountId) => [take(accountId), take(accountId)])))
        expect(__typename).toBe('Consumption')
    expect(answered).toEqual([])
    await holder.query('commit')
    for (const { __typename } of await Promise.all(waiting)) expect(__typename).toBe('Consumption')
    expect(await Promise.all([...held, ...others].map(used))).toEqual([3, 3, 3, 6, 6])
    await expectInvariants(server)
  })

  it('keeps the order of its requests', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 10)
    await hold([accountId])
    const ask = async () => (await take(accountId)).entitlement.used
    const early = [ask(), ask()]
    await take(await newAccount(server))
    const late = [ask(), ask()]
    await holder.query('commit')
    expect(await Promise.all([...early, ...late])).toEqual([1, 2, 3, 4])
  })

  it('is denied as UNAVAILABLE while it stays locked, without any effect', async () => {
    const accountId = await newAccount(server)
    await hold([accountId])
    const { code } = await service.raw('consume', { accountId, feature: FEATURE, amount: 1 })
    await holder.query('rollback')
    expect(code).toBe('UNAVAILABLE')
    expect(await used(accountId)).toBe(0)
    expect((await take(accountId)).__typename).toBe('Consumption')
  })
})
