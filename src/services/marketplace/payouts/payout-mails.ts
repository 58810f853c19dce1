import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { Language } from '#entities/kernel/language.js'
import type { MailContent } from '#services/kernel/mail/mail-template.js'
import { DASHBOARD, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Writer } from '#services/kernel/text/readable.js'

type Payout = Pick<VendorPayoutRow, 'amountMinor' | 'currency' | 'method' | 'reference' | 'createdAt'>

const ROWS: Readonly<Record<Language, Readonly<Record<'date' | 'reference', string>>>> = {
  EN: { date: 'Date', reference: 'Reference' },
  DE: { date: 'Datum', reference: 'Referenz' },
  ES: { date: 'Fecha', reference: 'Referencia' },
}

function detailsOf(language: Language, payout: Payout, write: Writer): MailContent['details'] {
  const rows = ROWS[language]
  return [
    [rows.date, write.day(payout.createdAt)],
    ...(payout.reference ? ([[rows.reference, payout.reference]] as const) : []),
  ]
}

/** The mail of a payout to a vendor. */
export const PAYOUT_MAIL: MailTexts<Payout> = {
  EN: (payout, write) => ({
    subject: `Your payout of ${write.money(payout)}`,
    paragraphs: [
      `${payout.method === 'STRIPE' ? 'We are sending it to your account at Stripe' : 'We have sent it to you'}. It arrives within the usual time of your bank.`,
    ],
    details: detailsOf('EN', payout, write),
    action: DASHBOARD.EN,
  }),
  DE: (payout, write) => ({
    subject: `Ihre Auszahlung von ${write.money(payout)}`,
    paragraphs: [
      `${payout.method === 'STRIPE' ? 'Wir senden sie an Ihr Konto bei Stripe' : 'Wir haben sie an Sie gesendet'}. Das Geld kommt in der üblichen Zeit Ihrer Bank an.`,
    ],
    details: detailsOf('DE', payout, write),
    action: DASHBOARD.DE,
  }),
  ES: (payout, write) => ({
    subject: `Pago de sus ingresos: ${write.money(payout)}`,
    paragraphs: [
      `${payout.method === 'STRIPE' ? 'Lo enviamos a su cuenta de Stripe' : 'Se lo hemos enviado'}. El dinero llega en el plazo habitual de su banco.`,
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
      'The amount stays in your balance, and is part of the next payout. Check your account for payouts before.',
    ],
    details: detailsOf('EN', payout, write),
    action: DASHBOARD.EN,
  }),
  DE: (payout, write) => ({
    subject: `Ihre Auszahlung von ${write.money(payout)} ist fehlgeschlagen`,
    paragraphs: [
      'Der Betrag bleibt in Ihrem Guthaben und ist Teil der nächsten Auszahlung. Prüfen Sie vorher Ihr Konto für Auszahlungen.',
    ],
    details: detailsOf('DE', payout, write),
    action: DASHBOARD.DE,
  }),
  ES: (payout, write) => ({
    subject: `El pago de sus ingresos de ${write.money(payout)} ha fallado`,
    paragraphs: [
      'El importe queda en su saldo y forma parte del próximo pago. Revise antes la cuenta en la que recibe los pagos.',
    ],
    details: detailsOf('ES', payout, write),
    action: DASHBOARD.ES,
  }),
}
