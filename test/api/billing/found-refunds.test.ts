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
    // PayPal lists a transaction hours later.
    await later(300)
    await untilQuiet(server)
    expect(await refunds()).toEqual([['rfd_lost', 500]])
    await permit(false)
    expect(await refunds()).toEqual([])
    await permit(true)
  })
})
