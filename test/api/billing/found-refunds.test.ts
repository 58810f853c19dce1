import { Buyer } from '#test/support/buyer.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const MINUTE_MS = 60_000

describe('Refund of a PayPal subscription whose row is lost', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const permit = (transactionSearch: boolean) =>
    server.sandboxControl('POST', 'settings', { payPalPermissions: { transactionSearch } })
  const later = (minutes: number) =>
    server.advanceTo(new Date(server.app.context.clock.now().getTime() + minutes * MINUTE_MS).toISOString())

  it('is found by the transaction search before it would be made again', async () => {
    const buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = (await buyer.account()).purchases.nodes
    const paymentId = await buyer.paymentOf(purchase!.id)
    const port = server.app.context.providers.PAYPAL!
    const refunds = async () =>
      (await port.fetchPayment(paymentId, { history: true, searched: true }))!.refunds.map(
        ({ refundId, amountMinor }) => [refundId, amountMinor],
      )
    expect(await refunds()).toEqual([])
    await later(30)
    await port.refundPayment({ paymentId, refundId: 'rfd_lost', amountMinor: 500, currency: 'USD', reason: null })
    // PayPal lists a transaction hours later, and rejects a search for an earlier one.
    expect(await refunds()).toEqual([])
    await later(300)
    await untilQuiet(server)
    expect(await refunds()).toEqual([['rfd_lost', 500]])
    await permit(false)
    expect(await refunds()).toEqual([])
    await permit(true)
  })

  it('does not make another refund of the same sale fail while the search does not list the sale', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const buyer = await Buyer.named(server, 'ben@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = (await buyer.account()).purchases.nodes
    for (const key of ['first', 'second']) {
      const { data } = await server.graphql<{ refundPurchase: { denial: object | null } }>(
        `mutation ($id: ID!, $key: String!) {
          refundPurchase(id: $id, amount: { amountMinor: 500, currency: "USD" }, reason: "test", key: $key) { denial { message } }
        }`,
        { id: purchase!.id, key },
        operator,
      )
      expect(data.refundPurchase.denial ?? null).toBeNull()
      await untilQuiet(server)
    }
    const rows = await server.query<{ status: string }>('select status from refund where purchase_id = $1', [
      purchase!.id,
    ])
    expect(rows).toEqual([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }])
  })
})
