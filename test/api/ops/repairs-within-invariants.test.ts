import { change, stripeCall, stripeObject, subscribe } from '#test/support/subscribers.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Repairs of a subscription that the provider no longer renews', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    await withoutReconciliation(server)
  })
  afterAll(() => server.close())

  it('write nothing that breaks a rule of the account, and mend what can be mended', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const who = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await change(server, who, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })
    const { phases } = (
      await stripeObject<{ data: { phases: { items: { price: string }[] }[] }[] }>(
        server,
        `subscription_schedules?customer=${who.customerId}`,
      )
    ).data[0]!
    const next = phases.at(-1)!.items[0]!.price
    await stripeCall(server, 'POST', `prices/${next}`, { active: 'false' })
    await server.advanceTo('2026-02-18T10:00:00Z')
    const rows = async () =>
      (await server.query(`select 1 from plan_assignment where account_id = $1`, [who.accountId])).length
    const before = await rows()
    for (const _ of [1, 2]) {
      await reconcile(server, operator, true)
      await expectInvariants(server)
    }
    expect((await rows()) - before).toBeLessThanOrEqual(1)
    await stripeCall(server, 'POST', `prices/${next}`, { active: 'true' })
    await server.advanceTo('2026-02-20T10:00:00Z')
    expect((await reconcile(server, operator, true)).error).toBeNull()
    await expectInvariants(server)
  })
})
