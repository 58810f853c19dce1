import { describeStep } from '#services/billing/catalog-push/decide-push.js'
import { planPush, pushCatalog } from '#services/billing/catalog-push/push-catalog.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { accountOf, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PRICE = 'prices: { month: 20.00'
const withTrial = (text: string): string => text.replace(PRICE, `trial_days: 14\n    ${PRICE}`)
const withoutTrial = (text: string): string => text.replace(/ {4}trial_days: 14\n/, '')

describe('A trial that a plan gets later, at the same price', () => {
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

  const steps = async (provider: 'STRIPE' | 'PAYPAL') => {
    const { context } = server.app
    return (await planPush(context, context.providers[provider]!, context.catalog.current())).map(describeStep)
  }

  it('is a price of its own at both providers, and subscribers keep theirs', async () => {
    await subscribe(server, 'before@example.com', { plan: 'plus' })
    await catalog.change(server, withTrial, { plan: 'plus', version: 2 })
    const { context } = server.app
    await pushCatalog(context, context.providers.PAYPAL!, context.catalog.current())
    expect([await steps('STRIPE'), await steps('PAYPAL')]).toEqual([[], []])
    const after = await subscribe(server, 'after@example.com', { plan: 'plus' })
    expect((await accountOf(server, after)).subscription).toMatchObject({ status: 'TRIALING' })

    await server.advanceTo('2026-02-20T12:00:00Z')
    expect((await accountOf(server, after)).subscription).toMatchObject({ status: 'ACTIVE' })
    const links = await server.query<{ trialDays: number; links: number }>(
      `select p.trial_days as "trialDays", count(*)::int as links from provider_price l join price p on p.id = l.price_id
       join product o on o.id = p.product_id where o.code = 'plus' and p.interval = 'MONTH' group by 1 order by 1`,
    )
    expect(links).toEqual([
      { trialDays: 0, links: 2 },
      { trialDays: 14, links: 2 },
    ])
  })

  it('can be removed again', async () => {
    await catalog.change(server, withoutTrial, { plan: 'plus', version: 3 })
    expect(await steps('STRIPE')).toEqual([])
    const last = await subscribe(server, 'last@example.com', { plan: 'plus' })
    expect((await accountOf(server, last)).subscription).toMatchObject({ status: 'ACTIVE' })
  })
})
