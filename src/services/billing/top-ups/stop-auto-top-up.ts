import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { renderMail, type MailText } from '#services/kernel/mail/mail-template.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { managerEmails } from '#services/identity/members/manager-emails.js'
import type { BillingContext } from '../model/billing-context.js'

const REASONS: Record<TopUpStop, string> = {
  DECLINED: 'The payment method was declined.',
  AUTHENTICATION_REQUIRED: 'The bank requires you to confirm payments.',
  NO_PAYMENT_METHOD: 'The account has no active subscription with a saved payment method.',
  PRICE_CHANGED: 'The pack costs more than you agreed to.',
  NOT_FOR_SALE: 'The pack is not for sale any more.',
  REVERSED: 'An earlier top-up was refunded or charged back.',
  DISPUTED: 'A payment of the account is disputed.',
  UNKNOWN_RESULT: 'The payment provider did not respond for a day.',
  REQUEST_REJECTED: 'The payment provider did not accept the request. Your payment method was not charged.',
}

/**
 * Stops the automatic top-up of a feature and notifies the account: nothing is charged until it is set again. Repeated calls have no
 * effect. The caller holds the account lock.
 */
export async function stopAutoTopUp(
  context: BillingContext,
  transaction: Transaction,
  { accountId, feature, reason }: { readonly accountId: string; readonly feature: string; readonly reason: TopUpStop },
): Promise<void> {
  const at = context.clock.now()
  const stopped = await transaction.query
    .updateTable('auto_top_up')
    .set({ stoppedAt: at, stopReason: reason })
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('endedAt', 'is', null)
    .where('stoppedAt', 'is', null)
    .returning('package')
    .executeTakeFirst()
  if (!stopped) return
  const name = context.catalog.current().features.get(feature)?.name ?? feature
  context.log.warn({ account: accountId, feature, reason }, 'automatic top-up stopped')
  await recordAccountEvent(transaction, accountId, at, {
    type: 'auto_top_up.stopped',
    outbox: true,
    summary: `The automatic top-up of ${name} stopped. ${REASONS[reason]}`,
    data: { feature, package: stopped.package, reason },
  })
  await mailManagers(context, transaction, accountId, {
    subject: `The automatic top-up of ${name} stopped`,
    paragraphs: [
      `${REASONS[reason]} Nothing is charged until you set the automatic top-up again.`,
      'You can also buy a pack now.',
    ],
  })
}

/** Queues an email to the owners and admins. */
export async function mailManagers(
  { clock, config }: Pick<BillingContext, 'clock' | 'config'>,
  transaction: Transaction,
  accountId: string,
  { subject, paragraphs }: { readonly subject: string; readonly paragraphs: string[] },
): Promise<void> {
  const action = { label: 'Your billing page', url: config.appUrl.href }
  const mail: MailText = renderMail(subject, { paragraphs, action })
  for (const to of await managerEmails(transaction, accountId))
    await queueMail(transaction, { accountId, to, at: clock.now(), ...mail })
}
