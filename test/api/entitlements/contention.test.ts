import { jest } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'

const FEATURE = 'ai_stories'

describe('Contended account, and a failing batch', () => {
  let server: TestServer
  let service: EntitlementService
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-06-01T10:00:00Z',
      env: { CATALOG: 'agileforge' },
      app: { onStatement: (text) => void statements.push(text), poolSize: 20 },
    })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const underLock = () =>
    statements.filter((text) => /from account where id = any\(\$1\) order by id for no key update/.test(text)).length

  /** Changes the account as fast as the database can, as a business does that other servers work for. */
  const keepChanging = (accountId: string): (() => Promise<void>) => {
    const { database, clock } = server.app.context
    const stop = new AbortController()
    const rival = async () => {
      while (!stop.signal.aborted)
        await database.transaction(async (transaction) => {
          await lockAccount(transaction, accountId)
          await recordAccountEvent(transaction, accountId, clock.now(), {
            type: 'account.noted',
            summary: 'Somebody else was here.',
            changesEntitlements: false,
          })
        })
    }
    const rivals = Array.from({ length: 8 }, rival)
    return async () => {
      stop.abort()
      await Promise.all(rivals)
    }
  }

  it('is finally served under its lock, in order and exactly [CR2]', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 100)
    const calm = keepChanging(accountId)
    const before = underLock()
    // 25 of the plan and 100 of the pack: the rest is denied.
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => service.consume({ accountId, feature: FEATURE, amount: 1 })),
    )
    await calm()
    expect(underLock()).toBeGreaterThan(before)
    expect(answers.filter(({ __typename }) => __typename === 'Consumption')).toHaveLength(125)
    const refused = answers.filter(({ __typename }) => __typename !== 'Consumption').map(({ code }) => code)
    expect(refused).toEqual(Array.from({ length: 25 }, () => 'QUOTA_EXCEEDED'))
    await expectInvariants(server)
  })

  it('waits for an uncommitted change and consumes from the rest, while a denial does not wait [CR2]', async () => {
    const accountId = await newAccount(server)
    const take = (amount: number) => service.consume({ accountId, feature: FEATURE, amount })
    expect((await take(1)).__typename).toBe('Consumption')
    const { database, clock } = server.app.context
    for (const end of ['commit', 'rollback']) {
      const order: string[] = []
      let waiting!: Promise<{ __typename: string }>
      const rival = database.transaction(async (transaction) => {
        await lockAccount(transaction, accountId)
        await recordAccountEvent(transaction, accountId, clock.now(), {
          type: 'account.noted',
          summary: 'Somebody else was here.',
          changesEntitlements: false,
        })
        expect((await take(1_000)).code).toBe('QUOTA_EXCEEDED')
        waiting = take(1).then((answer) => {
          order.push('answered')
          return answer
        })
        await new Promise((wake) => setTimeout(wake, 150))
        order.push(end)
        if (end === 'rollback') throw new Error('never mind')
      })
      if (end === 'rollback') await expect(rival).rejects.toThrow('never mind')
      else await rival
      expect((await waiting).__typename).toBe('Consumption')
      expect(order).toEqual([end, 'answered'])
    }
    const taken = `select sum(-amount)::int as taken from ledger_entry where account_id = $1 and kind = 'CONSUME'`
    expect(await server.query(taken, [accountId])).toEqual([{ taken: 3 }])
    await expectInvariants(server)
  })

  it('finds a repeated key under the lock as well [CR3]', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 100)
    const calm = keepChanging(accountId)
    const input = { accountId, feature: FEATURE, amount: 2, idempotencyKey: 'contended' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.consume(input)))
    await calm()
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    const [taken] = await server.query<{ units: number }>(
      `select -sum(amount)::int as units from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
      [accountId],
    )
    expect(taken).toEqual({ units: 2 })
  })

  it('assumes new keys until one repeats, then looks up each key for a while [CR3]', async () => {
    const [repeating, other] = await Promise.all([newAccount(server), newAccount(server)])
    await grantTestCredits(server, repeating, FEATURE, 100)
    const consume = (accountId: string, idempotencyKey: string) =>
      service.consume({ accountId, feature: FEATURE, idempotencyKey })
    const now = performance.now.bind(performance)
    let ahead = 0
    const watch = jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead)
    const later = () => (ahead += 10_000)
    /** Number of persisting statements that look up keys. */
    const completedBy = async (act: () => Promise<unknown>) => {
      statements.length = 0
      await act()
      const pending = statements.filter((text) => text.startsWith('with wanted as materialized'))
      return { persisting: pending.length, looking: pending.filter((text) => text.includes('known as')).length }
    }
    later() // other tests repeat keys, too
    const first = await consume(repeating, 'march')
    expect(await completedBy(() => consume(repeating, 'april'))).toEqual({ persisting: 1, looking: 0 })

    const repeat = async () => {
      expect(await consume(repeating, 'march')).toMatchObject({ __typename: 'Consumption', id: first.id })
    }
    // The assumption fails, the lookup finds the repeated call, and its result is proved.
    expect(await completedBy(repeat)).toEqual({ persisting: 3, looking: 1 })
    const together = await completedBy(async () => {
      const answers = await Promise.all([consume(other, 'march'), consume(repeating, 'may')])
      expect(answers.map(({ __typename }) => __typename)).toEqual(['Consumption', 'Consumption'])
    })
    expect(together.looking).toBe(together.persisting)
    expect(together.looking).toBeGreaterThan(0)
    expect(await completedBy(() => consume(other, 'june'))).toEqual({ persisting: 1, looking: 1 })
    later()
    expect(await completedBy(() => consume(other, 'july'))).toEqual({ persisting: 1, looking: 0 })

    watch.mockRestore()

    const taken = `select account_id = $1 as repeating, count(*)::int as times from ledger_entry
      where account_id in ($1, $2) and kind = 'CONSUME' group by 1 order by 1`
    expect(await server.query(taken, [repeating, other])).toEqual([
      { repeating: false, times: 3 },
      { repeating: true, times: 3 },
    ])
    await expectInvariants(server)
  })

  it('returns the earlier result, not a denial, to the call that consumed the last unit [CR3]', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 25, idempotencyKey: 'all-of-it' }
    const first = await service.consume(input)
    expect(first).toMatchObject({ __typename: 'Consumption', amount: 25 })
    expect(await service.consume({ accountId, feature: FEATURE })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(await service.consume(input)).toMatchObject({ __typename: 'Consumption', id: first.id })
  })

  it('fails only the item that breaks its batch, without any effect of it [ER1]', async () => {
    const [bad, ...good] = await Promise.all(Array.from({ length: 21 }, () => newAccount(server)))
    await server.query(`create function refuse_entry() returns trigger language plpgsql as $$
      begin if new.account_id = '${bad}' then raise exception 'the disk of this account is full'; end if; return new; end $$`)
    await server.query(
      `create trigger refuse_entry before insert on ledger_entry for each row execute function refuse_entry()`,
    )
    const consume = (accountId: string) => service.raw('consume', { accountId, feature: FEATURE, amount: 3 })
    const [failed, ...served] = await Promise.all([bad!, ...good].map(consume))
    await server.query(`drop trigger refuse_entry on ledger_entry`)
    expect(failed).toMatchObject({ code: 'INTERNAL', answer: null })
    expect(served.map(({ answer }) => answer?.amount)).toEqual(good.map(() => 3))
    const [left] = await server.query<{ entries: number }>(
      `select count(*)::int as entries from ledger_entry where account_id = $1`,
      [bad],
    )
    expect(left).toEqual({ entries: 0 })
    // The account itself is unaffected: the same request succeeds as soon as nothing blocks it.
    const again = await service.consume({ accountId: bad, feature: FEATURE, amount: 3, idempotencyKey: randomUUID() })
    expect(again).toMatchObject({ amount: 3, entitlement: { used: 3 } })
    await expectInvariants(server)
  })
})
