import type { Readable } from 'node:stream'
import { AppError } from '#services/kernel/errors/app-error.js'
import { BOLD, createPdf, FONT_SIZE, missingCharacters, REGULAR, type Pdf } from '#services/kernel/files/pdf.js'
import type { Money } from '#services/kernel/money/money.js'
import { writerIn } from '#services/kernel/text/readable.js'
import type { Receipt } from './read-receipt.js'

type Sum = [text: string, money: Money]

const BLACK = '#000000'
const GRAY = '#666666'
const RULE = '#cccccc'
const LABEL_WIDTH = 90
const AMOUNT_WIDTH = 95
const LINE = { border: [0, 0, 0.5, 0], borderColor: RULE, padding: [5, 0, 5, 0] } satisfies PDFKit.Mixins.CellStyle

/** Writes a receipt as a PDF document in the language of its reader. Throws before the first byte if the font does not have all of its characters. */
export async function writeReceipt({
  locale,
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
  const write = writerIn(locale)
  const { say } = write
  const title = say('pdf.title')
  const pdf = await createPdf({ title: `${title} ${number}`, author: seller.name, createdAt: paidAt, lang: locale })
  const ofSeller = [seller.name, seller.address ?? '', item.name]
  requireCharacters(pdf, ofSeller, 'texts of the catalog', 'Change the name of the product or the brand in the catalog')
  const buyer = missingCharacters(pdf, textOf(atPayment)).length === 0 ? atPayment : presentBuyer
  const remedy = 'Set name, address and purchase order in Latin, Greek or Cyrillic letters'
  requireCharacters(pdf, [textOf(buyer)], 'billing details', remedy)
  pdf.font(BOLD).fontSize(16).fillColor(seller.color).text(seller.name)
  pdf.font(REGULAR).fontSize(FONT_SIZE).fillColor(GRAY)
  if (seller.address) pdf.text(seller.address)
  pdf.moveDown(2).font(BOLD).fontSize(20).fillColor(BLACK).text(title)
  pdf.font(REGULAR).fontSize(FONT_SIZE).moveDown()
  pdf.table({
    columnStyles: [LABEL_WIDTH, '*'],
    defaultStyle: { border: 0, padding: [2, 0, 2, 0] },
    data: [
      [say('pdf.number'), number],
      [say('row.date'), write.day(paidAt)],
      [say('pdf.status'), say(`pdf.status.${status}`)],
      [say('pdf.payment'), `PayPal ${paymentId}`],
      [say('pdf.buyer'), buyer.lines.join('\n')],
      ...(buyer.purchaseOrder === null ? [] : [[say('pdf.purchaseOrder'), buyer.purchaseOrder]]),
    ].map(([label, text]) => [{ text: label, textColor: GRAY }, text!]),
  })
  pdf.moveDown(2)
  const ofNumbers = [say('pdf.quantity'), say('pdf.unitPrice'), say('pdf.amount')]
  pdf.table({
    columnStyles: ['*', 55, AMOUNT_WIDTH, AMOUNT_WIDTH],
    defaultStyle: LINE,
    data: [
      [
        { text: say('pdf.item'), font: { src: BOLD } },
        ...ofNumbers.map((text) => ({ ...right(text), font: { src: BOLD } })),
      ],
      [
        item.period ? `${item.name}, ${write.days(item.period)}` : item.name,
        right(write.number(item.quantity)),
        right(item.unitPrice ? write.money(item.unitPrice) : ''),
        right(write.money(item.amount)),
      ],
    ],
  })
  const { tax, total, refunds, chargedBack, balance } = receipt
  const returned = refunds.map(({ at, isPending, amount }): Sum => [
    say('pdf.refund', { day: write.day(at), isPending }),
    amount,
  ])
  if (chargedBack) returned.push([say('pdf.chargedBack'), chargedBack])
  const sums: Sum[] = [
    [say('row.tax'), tax],
    [say('pdf.total'), total],
    ...returned,
    ...(returned.length > 0 ? [[say('pdf.balance'), balance] satisfies Sum] : []),
  ]
  pdf.table({
    columnStyles: ['*', AMOUNT_WIDTH],
    defaultStyle: LINE,
    data: sums.map(([text, money]) => [right(text), right(write.money(money))]),
  })
  if (receipt.reverseCharge) pdf.moveDown().text(say('pdf.reverseCharge'))
  pdf.end()
  return pdf
}

const right = (text: string) => ({ text, align: { x: 'right' } }) as const

const textOf = ({ lines, purchaseOrder }: Receipt['buyer']): string => [...lines, purchaseOrder].join('')

function requireCharacters(pdf: Pdf, texts: readonly string[], where: string, remedy: string): void {
  const missing = missingCharacters(pdf, texts.join(''))
  if (missing.length === 0) return
  const named = missing.slice(0, 10).join(' ')
  throw new AppError(
    'BAD_USER_INPUT',
    `The font of receipts does not have these characters of the ${where}: ${named}. ${remedy}.`,
  )
}
