import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { paidDetails, type PaidItem } from '../model/receipt-mails.js'

interface TopUpOf {
  /** Name of the feature. */
  readonly name: string
}

export const TOP_UP_STOPPED_MAIL: MailTexts<TopUpOf & { readonly reason: TopUpStop }> = ({ name, reason }, write) =>
  contentOf(write, 'topUpStopped', { name, reason: write.say(`topUpStop.${reason}`) }, 'action.billing')

export const TOP_UP_LIMITED_MAIL: MailTexts<TopUpOf & { readonly until: Date }> = ({ name, until }, write) =>
  contentOf(write, 'topUpLimited', { name, until: write.day(until) }, 'action.billing')

export const TOP_UP_PAID_MAIL: MailTexts<PaidItem> = (item, write) => ({
  ...contentOf(write, 'topUpPaid', { name: item.name, amount: write.money(item.paid) }, 'action.billing'),
  details: paidDetails(item, write),
})
