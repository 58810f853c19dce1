import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
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

interface ReturnedPayment {
  /** Name of what was bought. */
  readonly name: string
  readonly money: Money
  readonly reason: ReturnReason
}

export const PAYMENT_RETURNED_MAIL: MailTexts<ReturnedPayment> = ({ name, money, reason }, write) =>
  contentOf(
    write,
    'paymentReturned',
    { name, amount: write.money(money), reason: write.say(`paymentReturnedReason.${reason}`) },
    'action.billing',
  )
