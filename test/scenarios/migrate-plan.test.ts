import { accountIdOf } from '../support/accounts.js'
import { negotiatedPlansOf, offerPlan } from '../support/negotiated-plans.js'
import { changeableCatalog, nextTerms, type ChangeableCatalog } from '../support/next-catalog.js'
import { planMigrationClient } from '../support/plan-migrations.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { accountOf, change, waitForInvoices, limitOf, subscribe } from '../support/subscribers.js'

// Two subscribers of try-direct since 15 January 2026, 10:00: Ann has Basic for 10 dollars a month, Bob Plus for 20. In
// the next catalog Basic includes four deployments instead of three at the same price, and Plus costs 25 dollars and
// includes twelve instead of ten.
describe('Change of a plan with subscribers', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({ env: { CATALOG: catalog.path } })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  it('keeps terms until the migration: new terms immediately, a new price at the period end', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'basic' })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await change(server, carl, 'cancelSubscription')
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
    const migrations = planMigrationClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
    const deployments = async (who: typeof ann) => limitOf(await accountOf(server, who), 'deployments')
    expect([await deployments(ann), await deployments(bob)]).toEqual([3, 10])

    // One ID has one content: the held version and the plan in its current version are two objects.
    const { data } = await server.graphql<{ account: { plan: { plan: object; planVersion: object } } }>(
      `{ account { plan { plan { id currentVersion { number current } }
         planVersion { number current plan { id } prices(currency: "USD") { interval { unit count } money { decimal } } } } } }`,
      {},
      bob.token,
    )
    const prices = (month: string) => [
      { interval: { unit: 'MONTH', count: 1 }, money: { decimal: month } },
      { interval: { unit: 'YEAR', count: 1 }, money: { decimal: '200.00' } },
    ]
    expect(data.account.plan).toMatchObject({
      plan: { currentVersion: { number: 2, current: true } },
      planVersion: { number: 1, current: false, prices: prices('20.00') },
    })

    const plus = await migrations.run('plus')
    expect(plus).toMatchObject({ toVersion: { number: 2 }, lastError: null, finishedAt: '2026-01-15T10:00:00.000Z' })
    expect(plus).toMatchObject({
      stepCount: 2,
      pendingCount: 0,
      appliedCount: 0,
      scheduledCount: 1,
      skippedCount: 1,
      failedCount: 0,
    })
    expect(plus.steps.nodes).toEqual([
      {
        account: { id: bob.accountId },
        status: 'SCHEDULED',
        fromVersion: { number: 1 },
        effectiveAt: '2026-02-15T10:00:00.000Z',
        priceBefore: { money: { decimal: '20.00' } },
        priceAfter: { money: { decimal: '25.00' } },
        skippedReason: null,
        error: null,
      },
      expect.objectContaining({ account: { id: carl.accountId }, status: 'SKIPPED', skippedReason: 'ENDING' }),
    ])
    expect((await migrations.run('basic')).steps.nodes).toMatchObject([
      { account: { id: ann.accountId }, status: 'APPLIED', priceAfter: { money: { decimal: '10.00' } } },
    ])
    expect([await deployments(ann), await deployments(bob)]).toEqual([4, 10])
    expect((await migrations.run('basic')).steps.nodes).toEqual([])
    expect((await migrations.run('plus')).steps.nodes).toMatchObject([
      { account: { id: bob.accountId }, skippedReason: 'CHANGE_SCHEDULED' },
      { account: { id: carl.accountId }, skippedReason: 'ENDING' },
    ])

    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await deployments(bob)).toBe(12)
    expect(await waitForInvoices(server, bob)).toEqual([2500, 2000])
    expect(await waitForInvoices(server, ann)).toEqual([1000, 1000])
    expect((await migrations.run('plus')).steps.nodes).toEqual([])
  })

  it('returns the first migration to a repeated call, and requires an operator and an existing plan', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const migrations = planMigrationClient(server, operator)
    const first = await migrations.start('plus', 'once')
    expect(await migrations.start('plus', 'once')).toMatchObject({ id: first.id, status: 'COMPLETED' })
    expect(await migrations.start('basic', 'once')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await migrations.start('gold')).toMatchObject({ code: 'INVALID_PLAN', issues: [{ path: ['plan'] }] })
    const user = await server.token('user@example.com')
    const call = `mutation { migratePlan(plan: "plus", key: "x") { denial { code } } }`
    expect((await server.graphql(call, {}, user)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('keeps a negotiated price until its end, and the price of the new version follows', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const token = await server.token('dora@example.com')
    const terms = { plan: 'plus', price: { amountMinor: 1200, currency: 'USD' }, periods: 3 }
    const offer = await offerPlan(server, operator, { accountId: await accountIdOf(server, token), ...terms })
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus', negotiatedPlanId: offer.id })
    await catalog.change(
      server,
      (text) =>
        text
          .replace('prices: { month: 25.00,', 'prices: { month: 30.00,')
          .replace(/deployments:     12 /, 'deployments:     14 '),
      { plan: 'plus', version: 3 },
    )
    const { steps } = await planMigrationClient(server, operator).run('plus')
    expect(steps.nodes.find(({ account }) => account.id === dora.accountId)).toMatchObject({
      status: 'APPLIED',
      priceBefore: { money: { decimal: '12.00' } },
      priceAfter: { money: { decimal: '12.00' } },
    })
    expect(limitOf(await accountOf(server, dora), 'deployments')).toBe(14)
    const [active] = await negotiatedPlansOf(server, token)
    expect(active).toMatchObject({ status: 'ACTIVE' })

    await server.advanceTo(new Date(Date.parse(active!.endsAt!) + 3_600_000).toISOString())
    expect(await waitForInvoices(server, dora)).toEqual([3000, 1200, 1200, 1200])
    expect(await negotiatedPlansOf(server, token)).toMatchObject([{ status: 'ENDED' }])
  })
})
