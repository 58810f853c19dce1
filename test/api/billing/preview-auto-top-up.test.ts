import { entitlementService } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'

describe('previewAutoTopUp', () => {
  let server: TestServer
  let spender: Spender
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    spender = await Spender.subscribed(server, (await entitlementService(server)).key)
  })
  afterAll(() => server.close())

  const preview = async (terms: object) =>
    (
      await server.graphql<{ previewAutoTopUp: Record<string, unknown> & { price: object } }>(
        `query ($terms: AutoTopUpTermsInput!) { previewAutoTopUp(terms: $terms) {
          allowed feature { code } price { amountMinor currency } maxPricePerMonth { decimal } units balance chargesNow provider
          paymentMethod { label } denial { code message } } }`,
        { terms },
        spender.token,
      )
    ).data.previewAutoTopUp

  it('shows price, maximum of a month and payment method, whose price setAutoTopUp accepts', async () => {
    const terms = { package: 'credits_100k', quantity: 2, threshold: 60_000, maxPerMonth: 3 }
    const shown = await preview(terms)
    expect(shown).toEqual({
      allowed: true,
      feature: { code: 'ai_credits' },
      price: { amountMinor: 9000, currency: 'USD' },
      maxPricePerMonth: { decimal: '270.00' },
      units: 200_000,
      balance: 50_000,
      chargesNow: true,
      provider: 'STRIPE',
      paymentMethod: { label: 'Visa ending in 4242' },
      denial: null,
    })
    expect(await spender.charges()).toEqual([])
    expect(await spender.set({ ...terms, price: shown.price })).toMatchObject({
      billing: { autoTopUps: [{ package: { code: 'credits_100k' } }] },
    })
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await spender.charges()).toMatchObject([{ amount: 9000 }])
    expect(await spender.balance()).toBe(250_000)
    expect(await preview(terms)).toMatchObject({ chargesNow: false, balance: 250_000 })
  })

  it('explains terms that are denied', async () => {
    expect(await preview({ package: 'credits_10k', threshold: 10_001, maxPerMonth: 1 })).toMatchObject({
      allowed: false,
      maxPricePerMonth: null,
      denial: { code: 'INVALID_AMOUNT', message: 'threshold must be between 1 and 10000, the units of one top-up.' },
    })
    expect(await preview({ package: 'nothing', threshold: 1, maxPerMonth: 1 })).toMatchObject({
      allowed: false,
      price: null,
      denial: { code: 'NOT_FOR_SALE' },
    })
  })
})
