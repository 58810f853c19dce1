import { planPush } from '#services/billing/catalog-push/push-catalog.js'
import { describeStep } from '#services/billing/catalog-push/decide-push.js'
import { offerPlan } from '../support/negotiated-plans.js'
import { changeableCatalog, type ChangeableCatalog } from '../support/next-catalog.js'
import { accountOf, change, stripeObject, subscribe, waitForInvoices, type Subscriber } from '../support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

/** Basic costs 11 dollars instead of 10, and Plus 21 instead of 20. */
const dearer = (text: string): string =>
  text
    .replace('prices: { month: 10.00', 'prices: { month: 11.00')
    .replace('prices: { month: 20.00', 'prices: { month: 21.00')

/** Columns that name a price. Each is protected from a push, or says why a push cannot harm it. */
const PRICE_COLUMNS: Readonly<Record<string, string>> = {
  'subscription_change.to_price_id': 'protected until the change has taken effect',
  'plan_migration_step.to_price_id': 'protected until the step has taken effect',
  'subscription_item.price_id':
    'protected during a scheduled change; otherwise providers renew lines at archived prices',
  'subscription_change.from_price_id': 'history, or a line of the subscription',
  'plan_migration_step.from_price_id': 'a line of the subscription',
  'product_subscription.price_id': 'providers renew at archived prices',
  'checkout.price_id': 'the page exists at the provider',
  'negotiated_plan.price_id': 'negotiated prices have no key of the catalog',
  'provider_price.price_id': 'the link itself',
}

// Subscribers of try-direct since 15 January 2026, 10:00. In the next catalog Basic and Plus cost a dollar more.
describe('Prices that a scheduled change names', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  beforeEach(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({ env: { CATALOG: catalog.path } })
  })
  afterEach(async () => {
    await server.close()
    catalog.remove()
  })

  const raisePrices = () => catalog.change(server, dearer, { plan: 'basic', version: 2 })
  const paid = async (who: Subscriber) => (await waitForInvoices(server, who)).toSorted((a, b) => a - b)
  const monthlyPrices = (plan: string) =>
    stripeObject<{ data: { id: string; lookup_key: string; active: boolean }[] }>(server, 'prices?limit=100').then(
      ({ data }) =>
        data
          .filter(({ lookup_key: key }) => key?.startsWith(`try-direct:plan:${plan}:month`))
          .map(({ id, lookup_key: key, active }) => ({ id, key, active }))
          .toSorted((one, other) => one.key.localeCompare(other.key)),
    )

  it('stay until it has taken effect, and the promised price holds', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'basic' })
    expect(await change(server, ann, 'changePlan', { plan: 'basic' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    await raisePrices()
    expect((await monthlyPrices('basic')).map(({ active }) => active)).toEqual([true, true])
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'basic' } },
      subscription: { status: 'ACTIVE', items: [{ price: { money: { decimal: '10.00' } } }] },
    })
    expect(await paid(ann)).toEqual([1000, 2000])
    expect(await paid(bob)).toEqual([1000, 1000])
    const { context } = server.app
    const steps = await planPush(context, context.providers.STRIPE!, context.catalog.current())
    expect(steps.map(describeStep)).toEqual(['archive price try-direct:plan:basic:month:usd:1000'])
  })

  it('stay if they follow a negotiated price', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const token = await server.token('cleo@example.com')
    const accountId = await accountIdOf(server, token)
    const { id: negotiatedPlanId } = await offerPlan(server, operator, {
      accountId,
      plan: 'plus',
      periods: 1,
    })
    const cleo = await subscribe(server, 'cleo@example.com', { plan: 'plus', negotiatedPlanId })
    await server.advanceTo('2026-02-10T10:00:00Z')
    await eventually(
      () => accountOf(server, cleo),
      ({ subscription }) => subscription?.scheduledChange !== null,
    )
    await raisePrices()
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await paid(cleo)).toEqual([900, 2000])
  })

  it('are restored if another program archived them', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await change(server, ann, 'changePlan', { plan: 'basic' })
    await raisePrices()
    const { context } = server.app
    const [promised] = await monthlyPrices('basic')
    await context.providers.STRIPE!.setPriceActive(promised!.id, false)
    const steps = await planPush(context, context.providers.STRIPE!, context.catalog.current())
    expect(steps.map(({ do: step }) => step)).toEqual(['restore_price'])
  })

  it('delay only their own account if they are archived all the same', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'basic' })
    await change(server, ann, 'changePlan', { plan: 'basic' })
    const port = server.app.context.providers.STRIPE!
    const [promised] = await monthlyPrices('basic')
    await port.setPriceActive(promised!.id, false)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await paid(bob)).toEqual([1000, 1000])
    expect(await paid(ann)).toEqual([2000])
    expect(await server.sandboxControl('GET', 'clock')).toMatchObject({
      failed: [
        { kind: 'subscription.renew', subject: ann.externalId, message: expect.stringContaining('inactive') },
        { kind: 'schedule.phase', message: expect.stringContaining('inactive') },
      ],
    })
    await port.setPriceActive(promised!.id, true)
    await server.advanceTo('2026-02-16T14:00:00Z')
    expect(await paid(ann)).toEqual([1000, 2000])
    expect(await server.sandboxControl('GET', 'clock')).toMatchObject({ failed: [] })
  })

  it('are named by no other column', async () => {
    const columns = await server.query<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public' and column_name like '%price_id' and data_type = 'text'`,
    )
    expect(columns.map(({ name }) => name).toSorted()).toEqual(Object.keys(PRICE_COLUMNS).toSorted())
  })
})
