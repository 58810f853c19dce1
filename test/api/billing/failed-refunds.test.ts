import { Reconcile } from '@stackgate/client/documents'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { accountOf, change, limitOf, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

const REFUND = `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) {
  refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) {
    purchase { __typename id status refunded { amountMinor } }
    denial { __typename code issues { path } message }
  }
}`

/** Card whose refunds fail days later. */
const REFUND_FAILS = '4000000000005126'

describe('Cards whose refunds fail', () => {
  let server: TestServer
  let operator: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    operator = await server.token('operator@example.com', { roles: ['admin'] })
    template = await templateId(server, 'static-site')
    await setTemplatePrice(server, operator, template, { amountMinor: 3000, currency: 'USD', interval: null })
  })
  afterAll(() => server.close())

  let serial = 0
  const refund = async (purchaseId: string, input: object = {}, token = operator) => {
    const key = `refund-${++serial}`
    return server.graphql<{
      refundPurchase: { __typename: string; code?: string; status?: string; refunded?: { amountMinor: number } }
    }>(REFUND, { id: purchaseId, reason: 'asked for', key: key, ...input }, token)
  }
  const owner = async (email: string, card: string) => {
    const buyer = await Buyer.named(server, email)
    await buyer.buy('purchaseTemplate', { templateId: template }, { card })
    const [purchase] = (await buyer.account()).purchases.nodes
    return { buyer, purchase: purchase! }
  }
  const owns = async (buyer: Buyer) => (await buyer.account()).purchasedTemplates.length === 1

  it('restores what a refund revoked if the refund fails days later', async () => {
    const { buyer, purchase } = await owner('fails@example.com', REFUND_FAILS)
    await refund(purchase.id)
    expect((await buyer.account()).purchases.nodes[0]!.status).toBe('REFUNDED')
    expect(await owns(buyer)).toBe(false)
    await server.advanceTo('2026-03-20T09:00:00Z')
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'PAID')
    expect(records.purchases.nodes[0]).toMatchObject({ status: 'PAID', refunded: null })
    expect(await owns(buyer)).toBe(true)
  })
  it('restores an ended plan until the end of the paid period if its refund fails', async () => {
    const buyer = await Buyer.named(server, 'plan-fails@example.com')
    const begun = (await server.sandboxControl<{ now: string }>('GET', 'clock')).now
    await buyer.buy('startSubscription', { plan: 'plus' }, { card: REFUND_FAILS })
    const [purchase] = (await buyer.account()).purchases.nodes
    await refund(purchase!.id)
    await buyer.buyerWhen(({ plan }) => plan.plan.code === 'free')
    const days = (count: number) => new Date(Date.parse(begun) + count * 86_400_000).toISOString()
    await server.advanceTo(days(5))
    await buyer.buyerWhen(({ plan, purchases }) => plan.plan.code === 'plus' && purchases.nodes[0]!.status === 'PAID')
    // A comparison with the provider finds nothing to heal.
    const compared = await server.graphql(
      Reconcile,
      { input: { provider: 'STRIPE', heal: true }, key: 'once' },
      operator,
    )
    expect(compared.data.reconcile).toMatchObject({ healedCount: 0, drift: { nodes: [] } })
    expect((await buyer.account()).plan.plan.code).toBe('plus')
    await server.advanceTo(days(35))
    expect((await buyer.account()).plan.plan.code).toBe('free')
  })
})

describe('Cards whose refunds fail after an add-on was bought', () => {
  let server: TestServer
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const file = join(folder, 'catalog.yaml')
    const more = 'packages: { more_stacks: { name: More stacks, type: addon, price: 3, grants: { deployments: 5 } } }'
    writeFileSync(file, `${readFileSync('catalogs/try-direct.yaml', 'utf8')}\n${more}\n`)
    server = await startTestServer({ env: { CATALOG: file }, start: '2026-03-10T09:00:00Z' })
    rmSync(folder, { recursive: true })
  })
  afterAll(() => server.close())

  it('restores the servers that were paid for', async () => {
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const refund = (id: string) => server.graphql(REFUND, { id, reason: 'asked for', key: `refund-${id}` }, operator)
    const who = await subscribe(server, 'addon-fails@example.com', {
      plan: 'basic',
      quantity: 2,
      card: REFUND_FAILS,
    })
    for (const [mutation, input] of [
      ['changePlan', { plan: 'basic', quantity: 5 }],
      ['addAddon', { package: 'more_stacks' }],
    ] as const)
      expect(await change(server, who, mutation, input)).not.toMatchObject({ __typename: 'Denial' })
    const purchases = () =>
      server.query<{ id: string; reverted: boolean }>(
        `select id, reverted from purchase where account_id = $1 order by purchased_at, id`,
        [who.accountId],
      )
    const [base, added] = await eventually(purchases, (rows) => rows.length === 3)
    await refund(added!.id)
    await eventually(purchases, (rows) => rows[1]!.reverted)
    await refund(base!.id)
    await eventually(purchases, (rows) => rows.every(({ reverted }) => reverted))
    await server.advanceTo('2026-03-20T09:00:00Z')
    await eventually(
      async () => limitOf(await accountOf(server, who), 'managed_servers'),
      (limit) => limit === 5,
    )
  })
})
