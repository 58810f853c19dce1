import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Remedy {
  readonly label: string
  readonly quantity: number
  readonly price: { readonly money: { readonly amountMinor: number } } | null
  readonly total: { readonly amountMinor: number; readonly decimal: string } | null
}

describe('Remedy with a quantity', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('contains the quantity and its total price', async () => {
    const token = await server.token('ann@example.com')
    const { data } = await server.graphql<{ check: { denial: { remedies: Remedy[] } } }>(
      `{ check(feature: "ai_stories", amount: 200) { denial { remedies { label quantity price { money { amountMinor } } total { amountMinor decimal } } } } }`,
      {},
      token,
    )
    const { remedies } = data.check.denial
    const packs = remedies.filter(({ label }) => label.startsWith('Buy '))
    const several = packs.filter(({ quantity }) => quantity > 1)
    expect(several.length).toBeGreaterThan(0)
    for (const { label, quantity, price, total } of packs) {
      expect(label.startsWith(`Buy ${quantity} × `)).toBe(quantity > 1)
      expect(total!.amountMinor).toBe(price!.money.amountMinor * quantity)
    }
    const service = await server.serviceKey(['entitlements:write'])
    const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
      token: service,
      body: { account_id: 'person:ann@example.com', feature: 'ai_stories', amount: 200 },
    })
    const { denial } = body as { denial: { remedies: { label: string; quantity?: number; total?: string }[] } }
    expect(denial.remedies.find(({ label }) => label === several[0]!.label)).toMatchObject({
      quantity: several[0]!.quantity,
      total: several[0]!.total!.decimal,
    })
  })
})

describe('Remedy of an account with debt', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('offers enough packs to repay the debt and to make the amount available', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    const post = (verb: string, body: object) =>
      server.rest('POST', `/api/v1/entitlements/${verb}`, { token: service.key, body })
    const held = await post('reserve', {
      account_id: accountId,
      feature: 'ai_credits',
      amount: 900,
      idempotency_key: 'r',
    })
    const work = { quantities: { output_tokens: 2_000_000 }, dimensions: { model: 'large' } }
    const done = await post('commit', { reservation_id: (held.body as { id: string }).id, work, idempotency_key: 'c' })
    const { amount } = done.body as { amount: number }
    const debt = amount - 1000
    expect(debt).toBeGreaterThan(10_000)

    const check = async () => {
      const { body } = await post('check', { account_id: accountId, feature: 'ai_credits', amount: 1 })
      return body as { allowed: boolean; explain: string[]; denial: { remedies: { label: string }[] } | null }
    }
    const denied = await check()
    const packs = Math.ceil((debt + 1) / 10_000)
    expect(denied.denial!.remedies.map(({ label }) => label)).toContain(`Buy ${packs} × 10,000 credits`)
    expect(denied.explain).toContain(
      `${debt.toLocaleString('en-US')} of debt, which packs and other grants repay first.`,
    )

    await grantTestCredits(server, accountId, 'ai_credits', (packs - 1) * 10_000)
    expect((await check()).allowed).toBe(false)
    await grantTestCredits(server, accountId, 'ai_credits', 10_000)
    expect((await check()).allowed).toBe(true)
  })
})
