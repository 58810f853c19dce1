import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { ENGLISH } from '#services/kernel/text/readable.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { BillingContext } from '../model/billing-context.js'
import { TOP_UP_STOPPED_MAIL } from './top-up-mails.js'

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
    summary: `The automatic top-up of ${name} stopped. ${ENGLISH.say(`topUpStop.${reason}`)}`,
    data: { feature, package: stopped.package, reason },
  })
  await mailManagers(context, transaction, accountId, TOP_UP_STOPPED_MAIL, { name, reason })
}
