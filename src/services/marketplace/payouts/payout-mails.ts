import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { Language } from '#entities/kernel/language.js'
import type { MailContent } from '#services/kernel/mail/mail-template.js'
import { DASHBOARD, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Writer } from '#services/kernel/text/readable.js'

type Payout = Pick<VendorPayoutRow, 'amountMinor' | 'currency' | 'method' | 'reference' | 'createdAt'>

const ROWS: Readonly<Record<Language, Readonly<Record<'amount' | 'date' | 'reference', string>>>> = {
  EN: { amount: 'Amount', date: 'Date', reference: 'Reference' },
  DE: { amount: 'Betrag', date: 'Datum', reference: 'Referenz' },
  ES: { amount: 'Importe', date: 'Fecha', reference: 'Referencia' },
}

function detailsOf(language: Language, payout: Payout, write: Writer): MailContent['details'] {
  const rows = ROWS[language]
  return [
    [rows.amount, write.money(payout)],
    [rows.date, write.day(payout.createdAt)],
    ...(payout.reference ? ([[rows.reference, payout.reference]] as const) : []),
  ]
}

/** The mail of a payout to a vendor. */
export const PAYOUT_MAIL: MailTexts<Payout> = {
  EN: (payout, write) => ({
    subject: `Your payout of ${write.money(payout)}`,
    paragraphs: [
      payout.method === 'STRIPE'
        ? `We are sending your earnings of ${write.money(payout)} to your account at Stripe.`
        : `We have paid out your earnings of ${write.money(payout)}.`,
      'The money arrives within the usual time of your bank.',
    ],
    details: detailsOf('EN', payout, write),
    action: DASHBOARD.EN,
  }),
  DE: (payout, write) => ({
    subject: `Ihre Auszahlung von ${write.money(payout)}`,
    paragraphs: [
      payout.method === 'STRIPE'
        ? `Wir senden Ihre Einnahmen von ${write.money(payout)} an Ihr Konto bei Stripe.`
        : `Wir haben Ihre Einnahmen von ${write.money(payout)} ausgezahlt.`,
      'Das Geld kommt in der üblichen Zeit Ihrer Bank an.',
    ],
    details: detailsOf('DE', payout, write),
    action: DASHBOARD.DE,
  }),
  ES: (payout, write) => ({
    subject: `Pago de sus ingresos: ${write.money(payout)}`,
    paragraphs: [
      payout.method === 'STRIPE'
        ? `Enviamos sus ingresos de ${write.money(payout)} a su cuenta de Stripe.`
        : `Le hemos pagado sus ingresos de ${write.money(payout)}.`,
      'El dinero llega en el plazo habitual de su banco.',
    ],
    details: detailsOf('ES', payout, write),
    action: DASHBOARD.ES,
  }),
}

/** A payout that the provider rejected. */
export const PAYOUT_FAILED_MAIL: MailTexts<Payout> = {
  EN: (payout, write) => ({
    subject: `Your payout of ${write.money(payout)} failed`,
    paragraphs: [
      `The payout of ${write.money(payout)} failed, and the amount stays in your balance.`,
      'Check your account for payouts. The amount is part of the next payout.',
    ],
    details: detailsOf('EN', payout, write),
    action: DASHBOARD.EN,
  }),
  DE: (payout, write) => ({
    subject: `Ihre Auszahlung von ${write.money(payout)} ist fehlgeschlagen`,
    paragraphs: [
      `Die Auszahlung von ${write.money(payout)} ist fehlgeschlagen, und der Betrag bleibt in Ihrem Guthaben.`,
      'Prüfen Sie Ihr Konto für Auszahlungen. Der Betrag ist Teil der nächsten Auszahlung.',
    ],
    details: detailsOf('DE', payout, write),
    action: DASHBOARD.DE,
  }),
  ES: (payout, write) => ({
    subject: `El pago de sus ingresos de ${write.money(payout)} ha fallado`,
    paragraphs: [
      `El pago de sus ingresos de ${write.money(payout)} ha fallado y el importe queda en su saldo.`,
      'Revise la cuenta en la que recibe los pagos. El importe forma parte del próximo pago.',
    ],
    details: detailsOf('ES', payout, write),
    action: DASHBOARD.ES,
  }),
}
