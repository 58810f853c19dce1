import type { Language } from '#entities/kernel/language.js'
import { BILLING_PAGE, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Money } from '#services/kernel/money/money.js'

/** Reasons for which a payment is returned without a request. */
export const RETURN_REASONS = [
  'paid twice',
  'paid in another currency',
  'paid after the end',
  'charged against the plan',
  'account deleted',
  'built on a returned payment',
] as const

export type ReturnReason = (typeof RETURN_REASONS)[number]

/** The reasons as sentences for who paid. */
export const RETURN_SENTENCES: Readonly<Record<Language, Readonly<Record<ReturnReason, string>>>> = {
  EN: {
    'paid twice': 'It was already paid, so this second payment is returned.',
    'paid in another currency': 'The account has a subscription in another currency, so this payment is returned.',
    'paid after the end': 'The subscription had ended before this payment arrived, so the payment is returned.',
    'charged against the plan': 'It was charged although a change of the subscription was scheduled for that time.',
    'account deleted': 'The account was deleted before this payment arrived, so the payment is returned.',
    'built on a returned payment': 'It paid for a change of a subscription whose own payment was returned.',
  },
  DE: {
    'paid twice': 'Es war schon bezahlt, deshalb wird diese zweite Zahlung erstattet.',
    'paid in another currency':
      'Das Konto hat ein Abonnement in einer anderen Währung, deshalb wird diese Zahlung erstattet.',
    'paid after the end': 'Das Abonnement war beendet, bevor diese Zahlung ankam. Deshalb wird sie erstattet.',
    'charged against the plan': 'Sie wurde abgebucht, obwohl für diese Zeit eine Änderung des Abonnements geplant war.',
    'account deleted': 'Das Konto war gelöscht, bevor diese Zahlung ankam. Deshalb wird sie erstattet.',
    'built on a returned payment':
      'Mit ihr wurde die Änderung eines Abonnements bezahlt, dessen eigene Zahlung erstattet wurde.',
  },
  ES: {
    'paid twice': 'Ya estaba pagado, por lo que se devuelve este segundo pago.',
    'paid in another currency': 'La cuenta tiene una suscripción en otra moneda, por lo que se devuelve este pago.',
    'paid after the end': 'La suscripción había terminado antes de que llegara este pago, por lo que se devuelve.',
    'charged against the plan': 'Se cobró aunque había un cambio de la suscripción previsto para ese momento.',
    'account deleted': 'La cuenta se había eliminado antes de que llegara este pago, por lo que se devuelve.',
    'built on a returned payment': 'Pagaba un cambio de una suscripción cuyo propio pago se ha devuelto.',
  },
}

interface ReturnedPayment {
  /** Name of what was bought. */
  readonly name: string
  readonly money: Money
  readonly reason: ReturnReason
}

export const PAYMENT_RETURNED_MAIL: MailTexts<ReturnedPayment> = {
  EN: ({ name, money: amount, reason }, { money }) => ({
    subject: `Your payment for ${name} is returned`,
    paragraphs: [
      RETURN_SENTENCES.EN[reason],
      `No action is needed. The amount of ${money(amount)} arrives within the usual time of your bank.`,
    ],
    action: BILLING_PAGE.EN,
  }),
  DE: ({ name, money: amount, reason }, { money }) => ({
    subject: `Ihre Zahlung für ${name} wird erstattet`,
    paragraphs: [
      RETURN_SENTENCES.DE[reason],
      `Sie müssen nichts tun. Der Betrag von ${money(amount)} kommt in der üblichen Zeit Ihrer Bank an.`,
    ],
    action: BILLING_PAGE.DE,
  }),
  ES: ({ name, money: amount, reason }, { money }) => ({
    subject: `Se le devuelve el pago de ${name}`,
    paragraphs: [
      RETURN_SENTENCES.ES[reason],
      `No tiene que hacer nada. El importe de ${money(amount)} llega en el plazo habitual de su banco.`,
    ],
    action: BILLING_PAGE.ES,
  }),
}
