import type { Language } from '#entities/kernel/language.js'
import type { Detail } from '#services/kernel/mail/mail-template.js'
import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Money } from '#services/kernel/money/money.js'
import type { Writer } from '#services/kernel/text/readable.js'

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

const ROWS = {
  EN: {
    item: 'For',
    discount: 'Discount',
    subtotal: 'Subtotal',
    tax: 'Tax',
    credit: 'Paid with credit',
    paid: 'Paid',
    included: 'Tax included',
    period: 'Period',
    method: 'Payment method',
    date: 'Date',
    number: 'Receipt number',
  },
  DE: {
    item: 'Für',
    discount: 'Rabatt',
    subtotal: 'Zwischensumme',
    tax: 'Steuer',
    credit: 'Mit Guthaben bezahlt',
    paid: 'Bezahlt',
    included: 'Enthaltene Steuer',
    period: 'Zeitraum',
    method: 'Zahlungsmethode',
    date: 'Datum',
    number: 'Belegnummer',
  },
  ES: {
    item: 'Concepto',
    discount: 'Descuento',
    subtotal: 'Subtotal sin impuestos',
    tax: 'Impuestos',
    credit: 'Pagado con saldo',
    paid: 'Pagado',
    included: 'Impuestos incluidos',
    period: 'Periodo',
    method: 'Método de pago',
    date: 'Fecha',
    number: 'Número de recibo',
  },
} as const satisfies Record<Language, Record<string, string>>

/** The payment as a table. */
export function paidDetails(
  language: Language,
  { name, quantity, paid, taxMinor, paidAt, number, bill, method }: PaidItem,
  write: Writer,
): readonly Detail[] {
  const rows = ROWS[language]
  const amount = (row: string, amountMinor: number): Detail[] =>
    amountMinor === 0 ? [] : [[row, write.money({ ...paid, amountMinor })]]
  const text = (row: string, value: string | null): Detail[] => (value === null ? [] : [[row, value]])
  return [
    ...(bill ? billRows(language, bill, { write, amount }) : text(rows.item, timesText(quantity, name, write))),
    [rows.paid, write.money(paid), 'sum'],
    ...amount(rows.included, taxMinor - (bill?.addedTaxMinor ?? 0)),
    ...text(rows.period, bill?.period ? write.days(bill.period) : null),
    ...text(rows.method, method ?? null),
    ...text(rows.date, write.day(paidAt)),
    ...text(rows.number, number),
  ]
}

/** The lines of an invoice, and what is added to them or taken off. A sum of one line is that line. */
function billRows(
  language: Language,
  { lines, discountMinor, addedTaxMinor, creditMinor }: PaidBill,
  { write, amount }: { readonly write: Writer; readonly amount: (row: string, minor: number) => Detail[] },
): Detail[] {
  const rows = ROWS[language]
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, -discountMinor)
  const isSum = addedTaxMinor + creditMinor !== 0 && (lines.length > 1 || discountMinor !== 0)
  return [
    ...lines.flatMap(({ name, quantity, amountMinor }) => amount(timesText(quantity, name, write), amountMinor)),
    ...amount(rows.discount, -discountMinor),
    ...(isSum ? amount(rows.subtotal, sum) : []),
    ...amount(rows.tax, addedTaxMinor),
    ...amount(rows.credit, -creditMinor),
  ]
}

const timesText = (quantity: number, name: string, { number }: Writer): string =>
  quantity > 1 ? `${number(quantity)} × ${name}` : name

/** Names of use beyond an allowance. */
const OVERAGE: Readonly<Record<Language, (plan: string) => string>> = {
  EN: (plan) => `use beyond the allowance of ${plan}`,
  DE: (plan) => `die Nutzung über das Kontingent von ${plan} hinaus`,
  ES: (plan) => `el uso por encima de la cuota de ${plan}`,
}

const SHOW: Readonly<Record<Language, string>> = {
  EN: 'View the receipt',
  DE: 'Beleg ansehen',
  ES: 'Ver el recibo',
}

function receiptParts(language: Language, receipt: Receipt, write: Writer) {
  const { name, quantity, isOverage, paid, hasPage } = receipt
  return {
    item: isOverage ? OVERAGE[language](name) : timesText(quantity, name, write),
    amount: write.money(paid),
    details: paidDetails(language, receipt, write),
    action: hasPage ? SHOW[language] : BILLING_PAGE[language],
  }
}

/** The receipt of a payment. */
export const RECEIPT_MAIL: MailTexts<Receipt> = {
  EN: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('EN', receipt, write)
    return {
      subject: `Your receipt for ${item}`,
      paragraphs: [`Thank you. We received your payment of ${amount}.`],
      details,
      action,
    }
  },
  DE: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('DE', receipt, write)
    return {
      subject: `Ihr Beleg für ${item}`,
      paragraphs: [`Vielen Dank. Wir haben Ihre Zahlung von ${amount} erhalten.`],
      details,
      action,
    }
  },
  ES: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('ES', receipt, write)
    return {
      subject: `Su recibo por ${item}`,
      paragraphs: [`Gracias. Hemos recibido su pago de ${amount}.`],
      details,
      action,
    }
  },
}

/** The receipt of a pack, which says that its units are there. */
export const PACK_RECEIPT_MAIL: MailTexts<Receipt> = {
  EN: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('EN', receipt, write)
    return {
      subject: `You bought ${item}`,
      paragraphs: [`Thank you. We received your payment of ${amount}, and you can use the pack now.`],
      details,
      action,
    }
  },
  DE: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('DE', receipt, write)
    return {
      subject: `Sie haben ${item} gekauft`,
      paragraphs: [
        `Vielen Dank. Wir haben Ihre Zahlung von ${amount} erhalten. Sie können das Paket ab sofort nutzen.`,
      ],
      details,
      action,
    }
  },
  ES: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('ES', receipt, write)
    return {
      subject: `Ha comprado ${item}`,
      paragraphs: [`Gracias. Hemos recibido su pago de ${amount}. Ya puede usar el paquete.`],
      details,
      action,
    }
  },
}
