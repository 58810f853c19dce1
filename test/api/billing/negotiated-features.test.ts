import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { negotiatedPlansOf, offerPlan } from '#test/support/negotiated-plans.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { accountOf, change, previewPlanChange, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: negotiated
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  projects: { name: Projects, kind: limit, unit: project }
  sso: { name: Single sign-on, kind: boolean }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
  team:
    name: Team
    rank: 1
    prices: { month: 20.00 }
    features: { calls: 100, projects: 3 }
`

const FEATURES = {
  calls: { amount: 5000, overage: { price: '0.02', cap: 1_000_000 } },
  projects: 'unlimited',
  sso: true,
}
const DAY_MS = 86_400_000

describe('offerNegotiatedPlan with terms of features', () => {
  let server: TestServer
  let service: EntitlementService
  let admin: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-negotiated-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const offer = (accountId: string, input: object = {}) =>
    offerPlan(server, admin, {
      accountId,
      plan: 'team',
      price: { amountMinor: 1_500, currency: 'USD' },
      periods: 2,
      features: FEATURES,
      ...input,
    })
  const TERMS = `planVersion { id number features { feature { code } enabled unlimited amount overage { summary } } }`
  const heldBy = async (token: string) => {
    const { data } = await server.graphql<{ account: { plan: { planVersion: { number: number } } } }>(
      `{ account { plan { ${TERMS} } } }`,
      {},
      token,
    )
    return data.account.plan.planVersion
  }
  const limits = async (accountId: string) => {
    const { data } = await server.graphql<{ account: { usage: { entitlements: object[] } } }>(
      `query ($id: ID) { account(id: $id) { usage { entitlements { feature { code } granted limit } } } }`,
      { id: accountId },
      admin,
    )
    return data.account.usage.entitlements
  }

  it('grants them with the price, charges overage by them, and returns to the plan at the end', async () => {
    const token = await server.token('ann@example.com')
    const accountId = await accountIdOf(server, token)
    const offered = await offer(accountId)
    expect(offered).toMatchObject({ status: 'OFFERED', plan: { code: 'team' } })
    const { data } = await server.graphql<{ account: { billing: { negotiatedPlans: { nodes: object[] } } } }>(
      `{ account { billing { negotiatedPlans { nodes { ${TERMS} } } } } }`,
      {},
      token,
    )
    const terms = {
      number: -1,
      features: [
        { feature: { code: 'calls' }, amount: 5000, overage: { summary: expect.stringContaining('$0.02') } },
        { feature: { code: 'projects' }, unlimited: true },
        { feature: { code: 'sso' }, enabled: true },
      ],
    }
    expect(data.account.billing.negotiatedPlans.nodes).toMatchObject([{ planVersion: terms }])

    const ann = await subscribe(server, 'ann@example.com', { plan: 'team', negotiatedPlanId: offered.id })
    expect(await heldBy(token)).toMatchObject(terms)
    expect(await limits(accountId)).toMatchObject([
      { feature: { code: 'calls' }, limit: 5000 },
      { feature: { code: 'projects' }, granted: true, limit: null },
      { feature: { code: 'sso' }, granted: true },
    ])
    await service.consume({ accountId, feature: 'calls', amount: 5_100, idempotencyKey: randomUUID() })
    expect((await reconcile(server, admin)).drift).toEqual([])
    await expectInvariants(server)

    const [active] = await negotiatedPlansOf(server, token)
    const end = Date.parse(active!.endsAt!)
    await server.advanceTo(new Date(end - 10 * DAY_MS).toISOString())
    const invoices = await server.graphql<{ account: { billing: { invoices: { nodes: { lines: object }[] } } } }>(
      `{ account { billing { invoices { nodes { total { decimal } lines { nodes { description } } } } } } }`,
      {},
      token,
    )
    expect(invoices.data.account.billing.invoices.nodes).toMatchObject([
      { total: { decimal: '17.00' }, lines: { nodes: [{ description: expect.stringContaining('100') }, {}] } },
      { total: { decimal: '15.00' } },
    ])
    await eventually(
      () => accountOf(server, ann),
      ({ subscription }) => Boolean(subscription?.scheduledChange),
    )
    await server.advanceTo(new Date(end + DAY_MS).toISOString())
    await eventually(
      () => heldBy(token),
      ({ number }) => number === 1,
    )
    expect(await limits(accountId)).toMatchObject([
      { feature: { code: 'calls' }, limit: 100 },
      { feature: { code: 'projects' }, limit: 3 },
      { feature: { code: 'sso' }, granted: false },
    ])
    expect((await reconcile(server, admin)).drift).toEqual([])
  })

  it('previews a change to them for a subscriber, who keeps the quantity and sees what is gained', async () => {
    const ben = await subscribe(server, 'ben@example.com', { plan: 'team' })
    const { id } = await offer(ben.accountId)
    const preview = await previewPlanChange(server, ben, { plan: 'team', negotiatedPlanId: id, at: 'NOW' })
    expect(preview).toMatchObject({ denial: null })
    expect(
      await change(server, ben, 'changePlan', { plan: 'team', negotiatedPlanId: id, at: 'NOW' }),
    ).not.toHaveProperty('code')
    expect(await heldBy(ben.token)).toMatchObject({ number: -2 })
    // Another version of the plan, and a migration to it, leave the terms of the account.
    const { data } = await server.graphql<{ previewPlanMigration: { subscriptionCount: number } }>(
      `{ previewPlanMigration(plan: "team") { subscriptionCount } }`,
      {},
      admin,
    )
    expect(data.previewPlanMigration).toEqual({ subscriptionCount: 0 })
  })

  it('are invisible to other accounts, in the list of plans and by their ID', async () => {
    const owner = await server.token('cleo@example.com')
    await offer(await accountIdOf(server, owner))
    const { data } = await server.graphql<{
      account: { billing: { negotiatedPlans: { nodes: { planVersion: { id: string } }[] } } }
    }>(`{ account { billing { negotiatedPlans { nodes { planVersion { id } } } } } }`, {}, owner)
    const { id } = data.account.billing.negotiatedPlans.nodes[0]!.planVersion
    const read = async (token: string) =>
      (await server.graphql<{ node: object | null }>(`query ($id: ID!) { node(id: $id) { id } }`, { id }, token)).data
        .node
    expect(await read(owner)).toEqual({ id })
    expect(await read(await server.token('dan@example.com'))).toBeNull()
    const plans = await server.graphql<{ plans: { code: string; features: object[] }[] }>(
      `{ plans { code features { amount } } }`,
    )
    expect(plans.data.plans.find(({ code }) => code === 'team')!.features).toEqual([{ amount: 100 }, { amount: 3 }])
  })

  it.each([
    [{ calls: -1 }, 'features.calls', 'expected an integer'],
    [{ call: 1 }, 'features.call', 'Did you mean calls?'],
    [{ sso: { amount: 1 } }, 'features.sso.amount', 'has no amount'],
    [{ calls: { amount: 1, overage: { price: 'much', cap: 5 } } }, 'features.calls.overage.price', ''],
    [[], 'features', 'a map of features'],
    [{}, 'features', 'a map of features'],
  ])('denies %j', async (features, path, message) => {
    const accountId = await accountIdOf(server, await server.token('eve@example.com'))
    expect(await offer(accountId, { features })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: expect.stringContaining(message),
      issues: [{ path: path.split('.') }],
    })
  })
})
