import { adjustCredit } from '#services/billing/model/change-credit.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeCall, stripeObject, subscribe } from '#test/support/subscribers.js'
import { waitingStatements } from '#test/support/lock-waits.js'
import { query } from '#test/support/plain-sql.js'

describe('Reversed credit', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T00:00:00Z' })
  })
  afterAll(() => server.close())

  it('executes an adjustment once if two processes run it concurrently', async () => {
    const who = await subscribe(server, 'twice@example.com', { plan: 'plus' })
    const give = (cents: number) =>
      stripeCall(server, 'POST', `customers/${who.customerId}/balance_transactions`, {
        amount: String(-cents),
        currency: 'usd',
      })
    await server.query(
      `insert into credit_adjustment (id, account_id, provider, cause, amount_minor, currency, reason, created_at)
       values ('crd_twice', $1, 'STRIPE', 'test:twice', 5000, 'USD', 'test', now())`,
      [who.accountId],
    )
    const { context } = server.app
    const running: Promise<void>[] = []
    // Both processes have read the balance before either of them can store an amount.
    await context.database.transaction(async (transaction) => {
      await query(
        transaction,
        `select 1 from credit_adjustment where id = 'crd_twice' and account_id = $1 for update`,
        [who.accountId],
      )
      for (const [index, cents] of [2000, 3000].entries()) {
        await give(cents)
        running.push(adjustCredit({ key: 'crd_twice' }, context))
        await eventually(
          () => server.query(waitingStatements('update "credit_adjustment" set "done_minor"')),
          (waiting) => waiting.length === index + 1,
          20_000,
        )
      }
    })
    await Promise.all(running)
    const rows = await server.query<{ done: number; status: string }>(
      `select done_minor::int as done, status from credit_adjustment where id = 'crd_twice'`,
    )
    expect(rows).toEqual([{ done: 2000, status: 'DONE' }])
    expect((await stripeObject<{ balance: number }>(server, `customers/${who.customerId}`)).balance).toBe(-3000)
  })
})
