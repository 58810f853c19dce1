import { arrayBuffer } from 'node:stream/consumers'
import type { Receipt } from '#services/billing/receipts/read-receipt.js'
import { writeReceipt } from '#services/billing/receipts/write-receipt.js'
import { PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import { createPdf, missingCharacters } from '#services/kernel/files/pdf.js'
import { writerIn } from '#services/kernel/text/readable.js'
import { pdfText } from '#test/support/pdf-text.js'

const inCurrency = (currency: string) => (amountMinor: number) => ({ amountMinor, currency })

const ITEM = {
  name: 'Team',
  period: { start: new Date('2026-03-01T00:00:00Z'), end: new Date('2026-04-01T00:00:00Z') },
  quantity: 3,
}
const receiptIn = (currency: string, changes: Partial<Receipt> = {}): Receipt => {
  const money = inCurrency(currency)
  return {
    locale: 'en-US',
    number: 'ABCDEFGHJK-0007',
    paidAt: new Date('2026-03-01T23:59:59Z'),
    seller: { name: 'Kaffeehaus Ős', address: 'Fő utca 1, Budapest', color: '#0f766e' },
    buyer: { lines: ['Ann'], purchaseOrder: 'PO-4711' },
    presentBuyer: { lines: ['Ann'], purchaseOrder: null },
    status: 'PAID',
    paymentId: '8AB12345CD678901E',
    item: { ...ITEM, unitPrice: money(150_000), amount: money(450_000) },
    tax: money(90_000),
    total: money(540_000),
    refunds: [],
    chargedBack: null,
    balance: money(540_000),
    reverseCharge: false,
    ...changes,
  }
}
/** Intl separates numbers and signs by spaces that do not break. */
const linesOf = async (receipt: Receipt) =>
  (await pdfText(await arrayBuffer(await writeReceipt(receipt)))).lines.map((line) => line.replaceAll(/\s/g, ' '))

describe('A receipt as PDF', () => {
  it.each([
    ['EUR', '€1,500.00 €4,500.00', '€900.00', '€5,400.00'],
    ['JPY', '¥150,000 ¥450,000', '¥90,000', '¥540,000'],
    ['KWD', 'KWD 150.000 KWD 450.000', 'KWD 90.000', 'KWD 540.000'],
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
      'Purchase order PO-4711',
      'Description Quantity Unit price Amount',
      `Team, March 1 – April 1, 2026 3 ${item}`,
      `Tax ${tax}`,
      `Total ${total}`,
    ])
  })

  it.each([
    [
      'de-DE',
      [
        'Beleg',
        'Belegnummer ABCDEFGHJK-0007',
        'Datum 1. März 2026',
        'Status Teilweise erstattet',
        'Zahlung PayPal 8AB12345CD678901E',
        'Rechnung an Ann',
        'Bestellnummer PO-4711',
        'Beschreibung Anzahl Einzelpreis Betrag',
        'Team, 1. März – 1. April 2026 3 1.500,00 € 4.500,00 €',
        'Steuer 900,00 €',
        'Summe 5.400,00 €',
        'Erstattung vom 2. März 2026 -1.000,00 €',
        'Erstattung vom 3. März 2026, ausstehend -400,00 €',
        'Nach einem Einspruch zurückgebucht -4.000,00 €',
        'Bezahlt nach Erstattungen 0,00 €',
        'Steuerschuldnerschaft des Leistungsempfängers.',
      ],
    ],
    [
      'es-ES',
      [
        'Recibo',
        'Número ABCDEFGHJK-0007',
        'Fecha 1 de marzo de 2026',
        'Estado Reembolsado en parte',
        'Pago PayPal 8AB12345CD678901E',
        'Facturado a Ann',
        'Orden de compra PO-4711',
        'Descripción Cantidad Precio unitario Importe',
        'Team, 1 de marzo – 1 de abril de 2026 3 1500,00 € 4500,00 €',
        'Impuestos 900,00 €',
        'Total 5400,00 €',
        'Reembolso del 2 de marzo de 2026 -1000,00 €',
        'Reembolso del 3 de marzo de 2026, pendiente -400,00 €',
        'Devuelto tras una disputa -4000,00 €',
        'Pagado tras los reembolsos 0,00 €',
        'Inversión del sujeto pasivo.',
      ],
    ],
  ])('is in the language and the number format of %s', async (locale, expected) => {
    const money = inCurrency('EUR')
    const receipt = receiptIn('EUR', {
      locale,
      status: 'PARTIALLY_REFUNDED',
      refunds: [
        { at: new Date('2026-03-02T00:00:00Z'), isPending: false, amount: money(-100_000) },
        { at: new Date('2026-03-03T00:00:00Z'), isPending: true, amount: money(-40_000) },
      ],
      chargedBack: money(-400_000),
      balance: money(0),
      reverseCharge: true,
    })
    expect((await linesOf(receipt)).slice(2)).toEqual(expected)
    const file = Buffer.from(await arrayBuffer(await writeReceipt(receipt))).toString('latin1')
    expect(file).toContain(`/Lang (${locale})`)
  })

  it.each(['en-US', 'en-GB', 'en-IN', 'de-DE', 'de-AT', 'de-CH', 'es-ES', 'es-MX', 'es-AR'])(
    'has all characters of the amounts and dates of %s',
    async (locale) => {
      const write = writerIn(locale)
      const pdf = await createPdf({ title: '', author: '', createdAt: new Date(0), lang: locale })
      const texts = [...PROVIDER_CURRENCIES.PAYPAL, 'KWD'].map((currency) =>
        write.money({ amountMinor: -123_456_789, currency }),
      )
      expect(missingCharacters(pdf, [...texts, write.days(ITEM.period)].join(''))).toEqual([])
    },
  )

  it('has a note below the sums, and no price of a unit that is not exact', async () => {
    const money = inCurrency('EUR')
    const item = { ...ITEM, period: null, unitPrice: null, amount: money(1000) }
    const lines = await linesOf(receiptIn('EUR', { item, reverseCharge: true }))
    expect(lines).toContain('Team 3 €10.00')
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
