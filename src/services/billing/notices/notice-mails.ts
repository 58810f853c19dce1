import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Detail } from '#services/kernel/mail/mail-template.js'
import type { Writer } from '#services/kernel/text/readable.js'
import type { NamedNotice, PlanTerms } from './decide-notices.js'

/** The page on which the invoice of a notice is paid. Null: there is nothing to pay, or no such page. */
export const payUrl = (notice: NamedNotice): string | null =>
  isUnpaid(notice) ? (notice.invoice?.payUrl ?? null) : null

const isUnpaid = ({ kind }: NamedNotice): boolean => kind === 'PAYMENT_FAILED' || kind === 'PAYMENT_ACTION_REQUIRED'

/** Pure: what an invoice for use is for. */
export const nameOfUse = (use: NonNullable<NamedNotice['use']>, { say }: Writer): string => say('use', use)

/** The mail of a notice. An overdue invoice has no attempt to collect it. */
export const NOTICE_MAIL: MailTexts<NamedNotice> = (notice, write) => {
  const { kind, invoice, until, use, change, isPlan = true } = notice
  const isOverdue = kind === 'PAYMENT_FAILED' && invoice?.attempts === 0
  const [day, next] = [until ? write.day(until) : '', invoice?.nextAttemptAt]
  const plan = use ? nameOfUse(use, write) : notice.planName
  const content = contentOf(
    write,
    `notice.${isOverdue ? 'OVERDUE' : kind}`,
    {
      plan,
      isPlan,
      until: day,
      hasEnd: until !== null,
      attempt: write.number(invoice?.attempts ?? 1),
      isRepeated: Boolean(next),
      nextAttempt: next ? write.day(next) : '',
      isOtherPlan: change?.before.code !== change?.after.code,
    },
    payUrl(notice) === null ? 'action.billing' : 'action.pay',
  )
  return {
    ...content,
    paragraphs: [
      ...content.paragraphs,
      ...(isUnpaid(notice) && until ? [write.say('noticeHeld', { plan, isPlan, until: day })] : []),
    ],
    details: isUnpaid(notice)
      ? [[write.say('row.amountDue'), invoice ? write.money(invoice.amountDue) : '', 'sum']]
      : kind === 'PLAN_CHANGED'
        ? changeDetails(notice, write)
        : [],
    // The quiet link of a mail whose button opens the invoice.
    ...(kind === 'PAYMENT_FAILED' && !isOverdue ? { other: write.say('action.card') } : {}),
  }
}

function changeDetails({ change, until }: NamedNotice, { say, number, day }: Writer): Detail[] {
  const { before, after } = change!
  const isOne = before.quantity === 1 && after.quantity === 1
  const text = ({ name, quantity }: PlanTerms) => (isOne ? name : `${number(quantity)} × ${name}`)
  return [
    [say('row.before'), text(before)],
    [say('row.now'), text(after)],
    ...(until ? ([[say('row.renews'), day(until)]] as const) : []),
  ]
}
