import type { Readable } from 'node:stream'
import { AppError } from '#services/kernel/errors/app-error.js'
import { BOLD, createPdf, FONT_SIZE, missingCharacters, REGULAR, type Pdf } from '#services/kernel/files/pdf.js'
import { toDecimal, type Money } from '#services/kernel/money/money.js'
import { dayText } from '#services/kernel/text/readable.js'
import type { Receipt } from './read-receipt.js'

const STATUSES: Readonly<Record<Receipt['status'], string>> = {
  PENDING: 'Pending',
  PAID: 'Paid',
  PARTIALLY_REFUNDED: 'Partially refunded',
  REFUNDED: 'Refunded',
  DISPUTED: 'Disputed',
  CHARGED_BACK: 'Charged back',
}

const BLACK = '#000000'
const GRAY = '#666666'
const RULE = '#cccccc'
const LABEL_WIDTH = 90
const AMOUNT_WIDTH = 95
const LINE = { border: [0, 0, 0.5, 0], borderColor: RULE, padding: [5, 0, 5, 0] } satisfies PDFKit.Mixins.CellStyle

/** Writes a receipt as a PDF document. Throws before the first byte if the font does not have all of its characters. */
export async function writeReceipt({
  number,
  paidAt,
  seller,
  buyer: atPayment,
  presentBuyer,
  item,
  status,
  paymentId,
  ...receipt
}: Receipt): Promise<Readable> {
  const pdf = await createPdf({ title: `Receipt ${number}`, author: seller.name, createdAt: paidAt })
  const ofSeller = [seller.name, seller.address ?? '', item.description]
  requireCharacters(pdf, ofSeller, 'texts of the catalog', 'Change the name of the product or the brand in the catalog')
  const buyer = missingCharacters(pdf, atPayment.join('')).length === 0 ? atPayment : presentBuyer
  requireCharacters(pdf, buyer, 'billing details', 'Set name and address in Latin, Greek or Cyrillic letters')
  pdf.font(BOLD).fontSize(16).fillColor(seller.color).text(seller.name)
  pdf.font(REGULAR).fontSize(FONT_SIZE).fillColor(GRAY)
  if (seller.address) pdf.text(seller.address)
  pdf.moveDown(2).font(BOLD).fontSize(20).fillColor(BLACK).text('Receipt')
  pdf.font(REGULAR).fontSize(FONT_SIZE).moveDown()
  pdf.table({
    columnStyles: [LABEL_WIDTH, '*'],
    defaultStyle: { border: 0, padding: [2, 0, 2, 0] },
    data: [
      ['Number', number],
      ['Date', dayText(paidAt)],
      ['Status', STATUSES[status]],
      ['Payment', `PayPal ${paymentId}`],
      ['Billed to', buyer.join('\n')],
    ].map(([label, text]) => [{ text: label, textColor: GRAY }, text!]),
  })
  pdf.moveDown(2)
  pdf.table({
    columnStyles: ['*', 55, AMOUNT_WIDTH, AMOUNT_WIDTH],
    defaultStyle: LINE,
    data: [
      [
        { text: 'Description', font: { src: BOLD } },
        ...['Quantity', 'Unit price', 'Amount'].map((text) => ({ ...right(text), font: { src: BOLD } })),
      ],
      [
        item.description,
        right(String(item.quantity)),
        right(item.unitPrice ? amountText(item.unitPrice) : ''),
        right(amountText(item.amount)),
      ],
    ],
  })
  const { tax, total, returned, balance, note } = receipt
  const sums: [text: string, money: Money][] = [
    ['Tax', tax],
    ['Total', total],
    ...returned.map(({ text, amount }): [string, Money] => [text, amount]),
    ...(returned.length > 0 ? ([['Paid after refunds', balance]] as [string, Money][]) : []),
  ]
  pdf.table({
    columnStyles: ['*', AMOUNT_WIDTH],
    defaultStyle: LINE,
    data: sums.map(([text, money]) => [right(text), right(amountText(money))]),
  })
  if (note) pdf.moveDown().text(note)
  pdf.end()
  return pdf
}

const right = (text: string) => ({ text, align: { x: 'right' } }) as const

/** An amount with the code of its currency: several currencies have the same sign. */
const amountText = (money: Money): string => `${toDecimal(money)} ${money.currency}`

function requireCharacters(pdf: Pdf, texts: readonly string[], where: string, remedy: string): void {
  const missing = missingCharacters(pdf, texts.join(''))
  if (missing.length === 0) return
  const named = missing.slice(0, 10).join(' ')
  throw new AppError(
    'BAD_USER_INPUT',
    `The font of receipts does not have these characters of the ${where}: ${named}. ${remedy}.`,
  )
}
