import { dayText, moneyText } from '#services/kernel/text/readable.js'
import type { Config } from '#services/kernel/config/config.js'
import { renderMail, type MailText } from '#services/kernel/mail/mail-template.js'
import type { NamedNotice } from './decide-notices.js'

/** Pure: what a notice says, as plain text and as simple HTML. */
export function noticeMail(notice: NamedNotice, { appUrl }: Pick<Config, 'appUrl'>): MailText {
  const { planName, invoice, until, isPlan = true } = notice
  const amount = invoice ? moneyText(invoice.amountDue) : ''
  const details = [
    ['Plan', planName],
    ['Amount due', amount],
  ] as const
  const billing = { label: 'Your billing page', url: appUrl.href }
  const pay = invoice?.payUrl ? { label: 'Pay the invoice', url: invoice.payUrl } : billing
  const subject = isPlan ? 'Your plan does not change' : 'Use beyond the allowance continues'
  const held = until ? [`${subject} until ${dayText(until)} (UTC).`] : []
  switch (notice.kind) {
    case 'PAYMENT_FAILED':
      return renderMail(`We could not collect the payment for ${planName}`, {
        paragraphs: [
          `The payment of ${amount} for ${planName} failed (attempt ${invoice?.attempts ?? 1}).`,
          invoice?.nextAttemptAt
            ? `We will try again on ${dayText(invoice.nextAttemptAt)}. You can also pay now or change your card.`
            : `This was the last attempt. Pay the invoice or change your card${isPlan ? ' to keep the plan' : ''}.`,
          ...held,
        ],
        details,
        action: pay,
      })
    case 'PAYMENT_ACTION_REQUIRED':
      return renderMail(`Please confirm the payment for ${planName}`, {
        paragraphs: [`Your bank requires you to confirm the payment of ${amount} for ${planName}.`, ...held],
        details,
        action: pay,
      })
    case 'TRIAL_ENDING':
      return renderMail(`Your trial of ${planName} ends on ${until ? dayText(until) : 'the agreed day'}`, {
        paragraphs: [
          `Your trial of ${planName} ends on ${until ? dayText(until) : 'the agreed day'} (UTC).`,
          'With a payment method on file it continues as a subscription; without one it ends. You can cancel before.',
        ],
        action: billing,
      })
    case 'ACCESS_ENDED':
      return renderMail(`${planName} is on hold`, {
        paragraphs: [
          `The invoice for ${planName} was not paid in time, so the plan is on hold.`,
          'It will be restored as soon as the invoice is paid.',
        ],
        action: billing,
      })
    case 'PAUSED':
      return renderMail(`${planName} is paused`, {
        paragraphs: [
          `Nothing more is charged for ${planName}${until ? ` until ${dayText(until)} (UTC). It continues by itself on that day` : ' until you resume it'}.`,
          'You can resume it earlier on your billing page, which shows until when you can use it.',
        ],
        action: billing,
      })
    case 'RESUMED':
      return renderMail(`${planName} continues`, {
        paragraphs: [`The pause of ${planName} has ended, and its payments continue.`],
        action: billing,
      })
    case 'PAYMENT_RECOVERED':
      return renderMail(`Thank you: ${planName} is paid`, {
        paragraphs: [`We received the payment for ${planName}. No action is needed.`],
        action: billing,
      })
  }
}
