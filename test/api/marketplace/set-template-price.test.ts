import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  templateOutbox,
} from '#test/support/marketplace-client.js'

import { templateId } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { setTemplatePrice, purchase, ownershipOf, buyAndOwn } from '#test/support/template-purchases.js'

describe('setTemplatePrice', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('denies pricing a template that is free forever, marking a sold one as free, and a price of zero', async () => {
    const free = await publishTemplate(market.vendor, market.admin, { freeForever: true })
    expect(await market.vendor.price(free.id, 500)).toMatchObject({
      __typename: 'Denial',
      code: 'NOT_FOR_SALE',
      issues: [{ path: ['id'] }],
    })
    const sold = await publishTemplate(market.vendor, market.admin)
    expect(await market.vendor.price(sold.id, 0)).toMatchObject({
      code: 'INVALID_AMOUNT',
      issues: [{ path: ['price', 'money', 'amountMinor'] }],
    })
    expect(await market.vendor.price(sold.id, 500)).toMatchObject({ __typename: 'Template' })
    expect(await market.vendor.update(sold.id, { freeForever: true })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['input', 'freeForever'] }],
    })
    const before = (await templateOutbox(server, sold.id)).length
    await market.vendor.price(sold.id, 500)
    expect(await templateOutbox(server, sold.id)).toHaveLength(before)
    expect((await templateOutbox(server, sold.id)).at(-1)).toMatchObject({
      type: 'template.price_changed',
      payload: { prices: [{ amountMinor: 500, currency: 'USD', interval: null }], productActive: true },
    })
  })
})

describe('setTemplatePrice of a sold template', () => {
  let server: TestServer
  let admin: string

  /** One-time template without a required plan, so that only the purchase is denied. */
  let once: string

  /** Sold by the month. */
  let monthly: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    once = await templateId(server, 'static-site')
    monthly = await templateId(server, 'uptime-kuma')
    await setTemplatePrice(server, admin, once, { amountMinor: 2900, currency: 'USD', interval: null })
    await setTemplatePrice(server, admin, monthly, {
      amountMinor: 500,
      currency: 'USD',
      interval: { unit: 'MONTH', count: 1 },
    })
  })
  afterAll(() => server.close())

  it('creates a new price for later buyers; owners keep their purchase, and a repeat changes nothing', async () => {
    const sold = await templateId(server, 'ghost')
    expect(
      (await setTemplatePrice(server, admin, sold, { amountMinor: 1000, currency: 'USD', interval: null })).data,
    ).toMatchObject({
      setTemplatePrice: { isPaid: true, price: { money: { decimal: '10.00' } } },
    })
    const early = await server.token('early@example.com')
    await buyAndOwn(server, early, sold)
    await setTemplatePrice(server, admin, sold, { amountMinor: 1500, currency: 'USD', interval: null })
    await setTemplatePrice(server, admin, sold, { amountMinor: 1500, currency: 'USD', interval: null })
    const late = await server.token('late@example.com')
    const { data } = await purchase(server, late, sold)
    expect(data.purchaseTemplate).toMatchObject({ money: { amountMinor: 1500 } })
    expect(await ownershipOf(server, early, sold)).toMatchObject({ owned: true })
    const prices = await server.query<{ amount_minor: string; active: boolean }>(
      `select amount_minor, pr.active from price pr join product p on p.id = pr.product_id where p.external_id = $1 order by pr.id`,
      [sold],
    )
    expect(prices.map(({ amount_minor: amount, active }) => [Number(amount), active])).toEqual([
      [1000, false],
      [1500, true],
    ])
  })

  it('lets only operators set prices, and only valid ones', async () => {
    const user = await server.token('user@example.com')
    const answer = await setTemplatePrice(server, user, once, { amountMinor: 1, currency: 'USD', interval: null })
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const faults: [Parameters<typeof setTemplatePrice>[3], string][] = [
      [{ amountMinor: 0, currency: 'USD', interval: null }, 'INVALID_AMOUNT'],
      [{ amountMinor: 100_000_000, currency: 'USD', interval: null }, 'INVALID_AMOUNT'],
      [{ amountMinor: 100, currency: 'USD', interval: { unit: 'YEAR', count: 1 } }, 'INVALID_PRICE'],
    ]
    for (const [price, code] of faults)
      expect((await setTemplatePrice(server, admin, once, price)).data.setTemplatePrice).toMatchObject({
        __typename: 'Denial',
        code,
      })
  })
})
