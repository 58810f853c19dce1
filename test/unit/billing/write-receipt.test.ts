import { arrayBuffer } from 'node:stream/consumers'
import type { Receipt } from '#services/billing/receipts/read-receipt.js'
import { writeReceipt } from '#services/billing/receipts/write-receipt.js'
import { pdfText } from '#test/support/pdf-text.js'

const inCurrency = (currency: string) => (amountMinor: number) => ({ amountMinor, currency })

const receiptIn = (currency: string, changes: Partial<Receipt> = {}): Receipt => {
  const money = inCurrency(currency)
  return {
    number: 'ABCDEFGHJK-0007',
    paidAt: new Date('2026-03-01T23:59:59Z'),
    seller: { name: 'Kaffeehaus Ős', address: 'Fő utca 1, Budapest', color: '#0f766e' },
    buyer: ['Ann'],
    presentBuyer: ['Ann'],
    status: 'PAID',
    paymentId: '8AB12345CD678901E',
    item: { description: 'Team', quantity: 3, unitPrice: money(1500), amount: money(4500) },
    tax: money(900),
    total: money(5400),
    returned: [],
    balance: money(5400),
    note: null,
    ...changes,
  }
}
const linesOf = async (receipt: Receipt) => (await pdfText(await arrayBuffer(await writeReceipt(receipt)))).lines

describe('A receipt as PDF', () => {
  it.each([
    ['EUR', '15.00 EUR 45.00 EUR', '9.00 EUR', '54.00 EUR'],
    ['JPY', '1500 JPY 4500 JPY', '900 JPY', '5400 JPY'],
    ['KWD', '1.500 KWD 4.500 KWD', '0.900 KWD', '5.400 KWD'],
  ])('has amounts with the decimals of %s', async (currency, item, tax, total) => {
    expect(await linesOf(receiptIn(currency))).toEqual([
      'Kaffeehaus Ős',
      'Fő utca 1, Budapest',
      'Receipt',
      'Number ABCDEFGHJK-0007',
      'Date March 1, 2026',
      'Status Paid',
      'Payment PayPal 8AB12345CD678901E',
      'Billed to Ann',
      'Description Quantity Unit price Amount',
      `Team 3 ${item}`,
      `Tax ${tax}`,
      `Total ${total}`,
    ])
  })

  it('has a note below the sums, and no price of a unit that is not exact', async () => {
    const money = inCurrency('EUR')
    const item = { description: 'Team', quantity: 3, unitPrice: null, amount: money(1000) }
    const lines = await linesOf(receiptIn('EUR', { item, note: 'Reverse charge: the recipient owes the tax.' }))
    expect(lines).toContain('Team 3 10.00 EUR')
    expect(lines.at(-1)).toBe('Reverse charge: the recipient owes the tax.')
  })

  it('is the same file for the same payment', async () => {
    const [one, other] = await Promise.all(
      ['EUR', 'EUR'].map(async (currency) => arrayBuffer(await writeReceipt(receiptIn(currency)))),
    )
    expect(Buffer.from(one!).equals(Buffer.from(other!))).toBe(true)
  })

  it('is refused with the texts of the catalog that the font does not have', async () => {
    const seller = { name: '喫茶店', address: null, color: '#0f766e' }
    await expect(writeReceipt(receiptIn('JPY', { seller }))).rejects.toThrow(
      'The font of receipts does not have these characters of the texts of the catalog: 喫 茶 店. Change the name of the product or the brand in the catalog.',
    )
  })
})
