import type { Language } from '#entities/kernel/language.js'
import type { MailContent } from '#services/kernel/mail/mail-template.js'
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
}

interface Receipt extends PaidItem {
  /** True if it pays for use beyond the allowance of the plan that it names. */
  readonly isOverage: boolean
  /** True if the button opens the receipt, and not the page of payments. */
  readonly hasPage: boolean
}

const ROWS: Readonly<
  Record<Language, Readonly<Record<'item' | 'quantity' | 'paid' | 'tax' | 'date' | 'number', string>>>
> = {
  EN: { item: 'For', quantity: 'Quantity', paid: 'Paid', tax: 'Tax included', date: 'Date', number: 'Receipt number' },
  DE: {
    item: 'Für',
    quantity: 'Anzahl',
    paid: 'Bezahlt',
    tax: 'Enthaltene Steuer',
    date: 'Datum',
    number: 'Belegnummer',
  },
  ES: {
    item: 'Concepto',
    quantity: 'Cantidad',
    paid: 'Pagado',
    tax: 'Impuestos incluidos',
    date: 'Fecha',
    number: 'Número de recibo',
  },
}

/** The payment as a table. */
export function paidDetails(
  language: Language,
  { name, quantity, paid, taxMinor, paidAt, number }: PaidItem,
  write: Writer,
): NonNullable<MailContent['details']> {
  const rows = ROWS[language]
  return [
    [rows.item, name],
    ...(quantity > 1 ? ([[rows.quantity, write.number(quantity)]] as const) : []),
    [rows.paid, write.money(paid)],
    ...(taxMinor > 0 ? ([[rows.tax, write.money({ ...paid, amountMinor: taxMinor })]] as const) : []),
    [rows.date, write.day(paidAt)],
    ...(number === null ? [] : ([[rows.number, number]] as const)),
  ]
}

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
    item: isOverage ? OVERAGE[language](name) : quantity > 1 ? `${write.number(quantity)} × ${name}` : name,
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
      paragraphs: [`Thank you. We received your payment of ${amount} for ${item}.`],
      details,
      action,
    }
  },
  DE: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('DE', receipt, write)
    return {
      subject: `Ihr Beleg für ${item}`,
      paragraphs: [`Vielen Dank. Wir haben Ihre Zahlung von ${amount} für ${item} erhalten.`],
      details,
      action,
    }
  },
  ES: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('ES', receipt, write)
    return {
      subject: `Su recibo por ${item}`,
      paragraphs: [`Gracias. Hemos recibido su pago de ${amount} por ${item}.`],
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
      paragraphs: [`Thank you. We received your payment of ${amount}, and you can use ${item} now.`],
      details,
      action,
    }
  },
  DE: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('DE', receipt, write)
    return {
      subject: `Sie haben ${item} gekauft`,
      paragraphs: [`Vielen Dank. Wir haben Ihre Zahlung von ${amount} erhalten. Sie können ${item} ab sofort nutzen.`],
      details,
      action,
    }
  },
  ES: (receipt, write) => {
    const { item, amount, details, action } = receiptParts('ES', receipt, write)
    return {
      subject: `Ha comprado ${item}`,
      paragraphs: [`Gracias. Hemos recibido su pago de ${amount}. Ya puede usar ${item}.`],
      details,
      action,
    }
  },
}
