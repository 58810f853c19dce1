import type { Detail } from '#services/kernel/mail/mail-template.js'
import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Money } from '#services/kernel/money/money.js'
import type { Writer } from '#services/kernel/text/readable.js'
import type { MessageName } from '#services/kernel/text/say.js'

/** A payment, as the mail about it names it. */
export interface PaidItem {
  /** Name of what was bought. */
  readonly name: string
  readonly quantity: number
  readonly paid: Money
  /** Tax that is part of the payment, in the smallest unit of its currency. */
  readonly taxMinor: number
  readonly paidAt: Date
  /** Null for a payment whose receipt the provider writes. */
  readonly number: string | null
  /** The invoice that was paid. Absent: there is none, and the item is all that was bought. */
  readonly bill?: PaidBill | null
  /** For example `Visa •••• 4242`. Absent: unknown. */
  readonly method?: string | null
}

/** A paid invoice. Amounts are in the smallest unit of the payment's currency. */
export interface PaidBill {
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly amountMinor: number }[]
  readonly discountMinor: number
  /** Tax that was added to the lines. The rest is included in them. */
  readonly addedTaxMinor: number
  /** Part that the account's credit paid. */
  readonly creditMinor: number
  /** Period of its first line. */
  readonly period: { readonly start: Date; readonly end: Date } | null
}

interface Receipt extends PaidItem {
  /** True if it pays for use beyond the allowance of the plan that it names. */
  readonly isOverage: boolean
  /** True if the button opens the receipt, and not the page of payments. */
  readonly hasPage: boolean
}

/** The payment as a table. */
export function paidDetails(
  { name, quantity, paid, taxMinor, paidAt, number, bill, method }: PaidItem,
  write: Writer,
): readonly Detail[] {
  const amount: AmountRow = (row, amountMinor) =>
    amountMinor === 0 ? [] : [[row, write.money({ ...paid, amountMinor })]]
  const text = (row: RowName, value: string | null): Detail[] => (value === null ? [] : [[write.say(row), value]])
  return [
    ...(bill ? billRows(bill, write, amount) : text('row.item', timesText(quantity, name, write))),
    [write.say('row.paid'), write.money(paid), 'sum'],
    ...amount(write.say('row.includedTax'), taxMinor - (bill?.addedTaxMinor ?? 0)),
    ...text('row.period', bill?.period ? write.days(bill.period) : null),
    ...text('row.method', method ?? null),
    ...text('row.date', write.day(paidAt)),
    ...text('row.number', number),
  ]
}

type RowName = Extract<MessageName, `row.${string}`>
type AmountRow = (row: string, amountMinor: number) => Detail[]

/** The lines of an invoice, and what is added to them or taken off. A sum of one line is that line. */
function billRows(
  { lines, discountMinor, addedTaxMinor, creditMinor }: PaidBill,
  write: Writer,
  amount: AmountRow,
): Detail[] {
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, -discountMinor)
  const isSum = addedTaxMinor + creditMinor !== 0 && (lines.length > 1 || discountMinor !== 0)
  return [
    ...lines.flatMap(({ name, quantity, amountMinor }) => amount(timesText(quantity, name, write), amountMinor)),
    ...amount(write.say('row.discount'), -discountMinor),
    ...(isSum ? amount(write.say('row.subtotal'), sum) : []),
    ...amount(write.say('row.tax'), addedTaxMinor),
    ...amount(write.say('row.credit'), -creditMinor),
  ]
}

const timesText = (quantity: number, name: string, { number }: Writer): string =>
  quantity > 1 ? `${number(quantity)} × ${name}` : name

const receiptMail =
  (mail: 'receipt' | 'packReceipt'): MailTexts<Receipt> =>
  (receipt, write) => {
    const { name, quantity, isOverage, paid, hasPage } = receipt
    const item = isOverage ? write.say('receiptItem.overage', { plan: name }) : timesText(quantity, name, write)
    const action = hasPage ? 'action.receipt' : 'action.billing'
    return {
      ...contentOf(write, mail, { item, amount: write.money(paid) }, action),
      details: paidDetails(receipt, write),
    }
  }

/** The receipt of a payment. */
export const RECEIPT_MAIL = receiptMail('receipt')

/** The receipt of a pack, which says that its units are there. */
export const PACK_RECEIPT_MAIL = receiptMail('packReceipt')
