import { randomUUID } from 'node:crypto'
import { openEngine } from '#services/entitlements/engine/engine.js'
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

  /** Runs calls, and counts the statements that write or verify them. */
  const persistingStatementsOf = async <Answers>(act: () => Promise<Answers>) => {
    statements.length = 0
    const answers = await act()
    return { answers, persisting: statements.filter((text) => text.startsWith('with wanted as materialized')).length }
  }

  const underLock = () =>
    statements.filter((text) =>
      /from account where id = (any\(\$1\)|\(\$1::text\[\]\)\[1\]) order by id for no key update/.test(text),
    ).length

  /** Changes the account as fast as the database can, as a business does that other servers work for. */
  const keepChanging = (accountId: string): (() => Promise<void>) => {
    const { database, clock } = server.app.context
    const stop = new AbortController()
    const rival = async () => {
      while (!stop.signal.aborted)
        await database.transaction(async (transaction) => {
          await lockAccount(transaction, accountId)
          await recordAccountEvent(transaction, accountId, clock.now(), {
            type: 'account.renamed',
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

  it('is finally served under its lock, in order and exactly', async () => {
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

  it('waits for an uncommitted change and consumes from the rest, while a denial does not wait', async () => {
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
          type: 'account.renamed',
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

  it('finds a repeated key under the lock as well', async () => {
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

  it('returns the first result to repetitions that share a batch, in a few statements', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, idempotencyKey: 'repeated' }
    const first = await service.consume(input)
    const { answers, persisting } = await persistingStatementsOf(() =>
      Promise.all(Array.from({ length: 20 }, () => service.consume(input))),
    )
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([first.id]))
    // One call runs alone and the others follow: each batch looks its key up, and then proves the result.
    expect(persisting).toBeLessThanOrEqual(4)
  })

  it('returns the first result to repetitions, which do not wait for the lock of the account', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, idempotencyKey: 'repeated' }
    const first = await service.consume(input)
    const answers = await server.app.context.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      return Promise.all(Array.from({ length: 20 }, () => service.consume(input)))
    })
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([first.id]))
  })

  it('consumes once if two servers receive a new key at the same time', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 100)
    const { database, catalog, clock, timers, notifier, log, entitlements } = server.app.context
    const other = await openEngine(
      { database, catalog, clock, timers, notifier, log },
      { url: server.databaseUrl, size: 2, timers, newId: database.newId },
    )
    const outcomes: string[][] = []
    for (let n = 0; n < 50; n++) {
      const key = { principal: 'key_test', mutation: 'consume', key: `new-${n}`, request: 'same' }
      const operation = { kind: 'consume', feature: FEATURE, amount: 1, reference: null, at: null, key } as const
      const results = await Promise.all([entitlements, other].map((engine) => engine.run(accountId, operation)))
      outcomes.push(results.map(({ kind }) => kind).sort())
    }
    await other.close()
    expect(outcomes).toEqual(outcomes.map(() => ['consumed', 'repeated']))
    const entries = `select count(*)::int as entries from ledger_entry where account_id = $1 and kind = 'CONSUME'`
    expect(await server.query(entries, [accountId])).toEqual([{ entries: 50 }])
    await expectInvariants(server)
  })

  it('allocates an allocated resource again for calls that share a batch, in a few statements', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'projects', resourceId: 'one' }
    await service.allocate(input)
    const { answers, persisting } = await persistingStatementsOf(() =>
      Promise.all(Array.from({ length: 20 }, () => service.allocate(input))),
    )
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['Allocation']))
    expect(persisting).toBeLessThanOrEqual(4)
  })

  it('returns the earlier result, not a denial, to the call that consumed the last unit', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 25, idempotencyKey: 'all-of-it' }
    const first = await service.consume(input)
    expect(first).toMatchObject({ __typename: 'Consumption', amount: 25 })
    expect(await service.consume({ accountId, feature: FEATURE })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(await service.consume(input)).toMatchObject({ __typename: 'Consumption', id: first.id })
  })

  it('fails only the item that breaks its batch, without any effect of it', async () => {
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
