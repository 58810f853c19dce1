import { RefundPurchase, SetLanguage, UpdateBillingDetails } from '@stackgate/client/documents'
import { pricedTemplate } from '#test/contract/providers/provider.js'
import { dayText } from '#services/kernel/text/readable.js'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { joinAccount, person } from '#test/support/members.js'
import { pdfText } from '#test/support/pdf-text.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface PurchaseView {
  readonly id: string
  readonly status: string
  readonly receiptUrl: string | null
  readonly invoice: { readonly number: string | null; readonly pdfUrl: string | null } | null
}

describe('Receipts of payments by PayPal', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const today = () => dayText(server.app.context.clock.now())
  const purchasesOf = async (token: string) => {
    const { data } = await server.graphql<{ account: { billing: { purchases: { nodes: PurchaseView[] } } } }>(
      `{ account { billing { purchases { nodes { id status receiptUrl invoice { number pdfUrl } } } } } }`,
      {},
      token,
    )
    return data.account.billing.purchases.nodes
  }
  const get = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })
  const linesOf = async (url: string, token: string) => {
    const response = await get(url, token)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    const { pages, lines } = await pdfText(await response.arrayBuffer())
    expect(pages).toBe(1)
    return {
      lines: lines.map((line) => line.replaceAll(/\s/g, ' ')),
      fileName: response.headers.get('content-disposition'),
    }
  }
  const setDetails = async (token: string, details: object) => {
    const { data } = await server.graphql(UpdateBillingDetails, { input: details }, token)
    expect(data.updateBillingDetails).toMatchObject({ __typename: 'Account' })
  }
  const refund = async (buyer: Buyer, id: string, amountMinor: number) => {
    const before = (await buyer.account()).purchases.nodes[0]!.refunded?.amountMinor ?? 0
    const { data } = await server.graphql(
      RefundPurchase,
      { id, amount: { amountMinor, currency: 'USD' }, reason: 'goodwill', key: `${id}-${amountMinor}` },
      operator,
    )
    expect(data.refundPurchase).toMatchObject({ __typename: 'Purchase' })
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]?.refunded?.amountMinor === before + amountMinor)
  }

  it('show the payment of a subscription with the buyer, numbered for each account', async () => {
    const ann = await Buyer.named(server, 'ann@example.com')
    await setDetails(ann.token, {
      name: 'Ζαχαροπλαστείο Żółw Їжак',
      address: { line1: 'Unter den Linden 1', city: 'Łódź', postalCode: '10117', country: 'PL' },
      taxIds: [{ type: 'EU_VAT', value: 'PL1234567890' }],
      purchaseOrder: 'PO-4711',
    })
    await ann.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = await purchasesOf(ann.token)
    const { accountId } = await person(server, ann.email)
    const number = `${accountId.slice(-10).toUpperCase()}-0001`
    expect(purchase).toMatchObject({
      receiptUrl: `${server.url}/api/v1/receipts/${purchase!.id}`,
      invoice: { number, pdfUrl: purchase!.receiptUrl },
    })
    const { lines, fileName } = await linesOf(purchase!.receiptUrl!, ann.token)
    expect(fileName).toBe(`attachment; filename="receipt-${number}.pdf"`)
    expect(lines).toEqual([
      'Stackgate',
      'Receipt',
      `Number ${number}`,
      'Date January 15, 2026',
      'Status Paid',
      `Payment PayPal ${await ann.paymentOf(purchase!.id)}`,
      'Billed to Ζαχαροπλαστείο Żółw Їжак',
      'Unter den Linden 1',
      '10117 Łódź',
      'Poland',
      'EU VAT PL1234567890',
      'Purchase order PO-4711',
      'Description Quantity Unit price Amount',
      'Plus, January 15 – February 15, 2026 1 $20.00 $20.00',
      'Tax $0.00',
      'Total $20.00',
    ])
    const statusOf = async (...scopes: string[]) =>
      (await get(purchase!.receiptUrl!, await server.serviceKey(scopes))).status
    expect([await statusOf('billing:read'), await statusOf('billing:read', 'accounts:read')]).toEqual([403, 200])
    await setDetails(ann.token, {
      name: 'Ann Again',
      address: { line1: 'Calle Mayor 2', city: 'Madrid', postalCode: '28013', country: 'ES' },
      taxIds: [],
      purchaseOrder: null,
    })
    expect((await linesOf(purchase!.receiptUrl!, ann.token)).lines).toEqual(lines)
    await server.advanceTo('2026-02-20T00:00:00Z')
    const [renewal] = await eventually(
      () => purchasesOf(ann.token),
      ({ length }) => length === 2,
    )
    expect((await linesOf(renewal!.receiptUrl!, ann.token)).lines).toEqual(
      expect.arrayContaining([
        `Number ${accountId.slice(-10).toUpperCase()}-0002`,
        'Billed to Ann Again',
        'Calle Mayor 2',
        'Plus, February 15 – March 15, 2026 1 $20.00 $20.00',
      ]),
    )
  })

  it('are in the language that the reader chose, otherwise in that of the account', async () => {
    const gil = await Buyer.named(server, 'gil@example.com')
    await setDetails(gil.token, { address: { line1: 'Gran Vía 1', city: 'Madrid', country: 'ES' } })
    await gil.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = await purchasesOf(gil.token)
    const { accountId } = await person(server, gil.email)
    await server.query(`update account set language = 'de-AT' where id = $1`, [accountId])
    const read = async (token: string) => (await linesOf(purchase!.receiptUrl!, token)).lines
    expect(await read(gil.token)).toEqual(expect.arrayContaining(['Beleg', 'Spanien', 'Summe $ 20,00']))
    await server.graphql(SetLanguage, { language: 'ES' }, gil.token)
    expect(await read(gil.token)).toEqual(expect.arrayContaining(['Recibo', 'España', 'Total 20,00 US$']))
    expect(await read(operator)).toContain('Beleg')
  })

  it('show a one-time payment, and its refunds', async () => {
    const bob = await Buyer.named(server, 'bob@example.com')
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
    await bob.buy('purchaseTemplate', { templateId, provider: 'PAYPAL' })
    const [purchase] = await purchasesOf(bob.token)
    expect(purchase).toMatchObject({ status: 'PAID', invoice: null })
    const states: [refunded: number, status: string, lines: string[]][] = [
      [0, 'Paid', []],
      [1000, 'Partially refunded', [`Refund of ${today()} -$10.00`, 'Paid after refunds $20.00']],
      [2000, 'Refunded', [`Refund of ${today()} -$10.00`, `Refund of ${today()} -$20.00`, 'Paid after refunds $0.00']],
    ]
    for (const [refunded, status, returned] of states) {
      if (refunded > 0) await refund(bob, purchase!.id, refunded)
      const { lines } = await linesOf(purchase!.receiptUrl!, bob.token)
      expect(lines).toContain(`Status ${status}`)
      expect(lines.slice(lines.indexOf('Total $30.00'))).toEqual(['Total $30.00', ...returned])
    }
  })

  it('are written when a payment that takes days arrives', async () => {
    const fay = await Buyer.named(server, 'fay@example.com')
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
    const page = await fay.start('purchaseTemplate', { templateId, provider: 'PAYPAL' })
    await fay.pay(page.providerReference, { outcome: 'async_paid' })
    expect(await fay.confirm(page.providerReference)).toBe('PROCESSING')
    const [pending] = await purchasesOf(fay.token)
    expect(pending).toMatchObject({ status: 'PENDING', receiptUrl: null })
    const url = `${server.url}/api/v1/receipts/${pending!.id}`
    expect((await get(url, fay.token)).status).toBe(404)
    await server.advanceTo('2026-03-10T00:00:00Z')
    await fay.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    expect((await linesOf(url, fay.token)).lines).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Number \w{10}-0001$/), 'Status Paid', 'Total $30.00']),
    )
  })

  it('are found by members of the account and operators only', async () => {
    const cid = await Buyer.named(server, 'cid@example.com')
    await cid.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = await purchasesOf(cid.token)
    const url = purchase!.receiptUrl!
    const member = await joinAccount(server, await person(server, cid.email), 'member@example.com')
    expect((await get(url, member.token)).status).toBe(200)
    expect((await get(url, operator)).status).toBe(200)
    const stranger = await server.token('stranger@example.com')
    const notFound = { code: 'NOT_FOUND', message: 'Receipt not found.' }
    for (const address of [url, `${server.url}/api/v1/receipts/pur_unknown`]) {
      const response = await get(address, stranger)
      expect([response.status, await response.json()]).toEqual([404, expect.objectContaining(notFound)])
    }
    expect((await fetch(url)).status).toBe(401)
  })

  it('of payments by Stripe stay there', async () => {
    const dan = await Buyer.named(server, 'dan@example.com')
    await dan.buy('startSubscription', { plan: 'plus' })
    const [purchase] = await purchasesOf(dan.token)
    expect(purchase!.receiptUrl).toContain(server.sandbox.url)
    expect(purchase!.invoice!.pdfUrl).toContain(server.sandbox.url)
    expect((await get(`${server.url}/api/v1/receipts/${purchase!.id}`, dan.token)).status).toBe(404)
  })

  it.each([
    ['Chinese', '山田 GmbH', '山 田'],
    ['from right to left', 'חברה GmbH', 'ח ב ר ה'],
  ])('are refused for a name with characters that are %s, until it is changed', async (_, name, missing) => {
    const eve = await Buyer.named(server, `${missing.codePointAt(0)}@example.com`)
    await setDetails(eve.token, { name })
    await eve.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = await purchasesOf(eve.token)
    const refused = await get(purchase!.receiptUrl!, eve.token)
    expect([refused.status, await refused.json()]).toEqual([
      422,
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: `The font of receipts does not have these characters of the billing details: ${missing}. Set name, address and purchase order in Latin, Greek or Cyrillic letters.`,
      }),
    ])
    await setDetails(eve.token, { name: 'Yamada GmbH' })
    expect((await linesOf(purchase!.receiptUrl!, eve.token)).lines).toContain('Billed to Yamada GmbH')
  })
})
