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

  it('contains the quantity and its total price (DF-F)', async () => {
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
