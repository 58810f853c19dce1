import { Buyer } from '#test/support/buyer.js'
import { changeableCatalog } from '#test/support/next-catalog.js'
import { startTestServer } from '#test/support/test-server.js'

const CATALOG = `business: dinars
currency: KWD
features:
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0 }
  team:
    name: Team
    rank: 1
    prices: { month: { KWD: 3.250, EUR: 10.00, JPY: 1500 }, year: { KWD: 32.500, EUR: 100.00, JPY: 15000 } }
`

describe('A catalog with a currency that PayPal does not take', () => {
  it('is sold by PayPal in its other currencies', async () => {
    const catalog = changeableCatalog(CATALOG)
    const server = await startTestServer({ env: { CATALOG: catalog.path } })
    try {
      const buyer = await Buyer.named(server, 'ann@example.com')
      const input = { plan: 'team', provider: 'PAYPAL' }
      expect(await buyer.start('startSubscription', { ...input, currency: 'KWD' })).toMatchObject({
        __typename: 'Denial',
        code: 'INVALID_PRICE',
        message: expect.stringContaining('PAYPAL does not take KWD'),
      })
      await buyer.buy('startSubscription', { ...input, currency: 'EUR' })
      const other = await Buyer.named(server, 'bob@example.com')
      await other.buy('startSubscription', { ...input, interval: { unit: 'YEAR' }, currency: 'JPY' })
      const paid = [await buyer.account(), await other.account()].map(({ purchases }) => purchases.nodes[0]?.money)
      expect(paid).toEqual([
        { amountMinor: 1_000, currency: 'EUR' },
        { amountMinor: 15_000, currency: 'JPY' },
      ])
      expect(server.logLines.join('')).not.toContain('price rejected')
    } finally {
      await server.close()
      catalog.remove()
    }
  })
})
