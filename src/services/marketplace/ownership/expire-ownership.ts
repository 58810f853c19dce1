import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { readGiver } from '#services/billing/subscriptions/read-before-end.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

const readSubscription = readGiver('template_ownership')

/**
 * Expires a monthly template whose last paid day has ended and that was not prolonged: no new deployments; existing
 * ones continue. Reads its subscription from the provider before.
 */
export async function expireOwnership(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  await readSubscription(due, context)
  await context.database.transaction(async (transaction) => {
    const found = await transaction.query
      .selectFrom('template_ownership')
      .select('accountId')
      .where('id', '=', due.key)
      .executeTakeFirst()
    if (!found) return
    await lockAccount(transaction, found.accountId)
    const expired = await transaction.query
      .updateTable('template_ownership')
      .set((eb) => ({ endedAt: eb.ref('expiresAt') }))
      .where('id', '=', due.key)
      .where('accountId', '=', found.accountId)
      .where('endedAt', 'is', null)
      .where('expiresAt', '<=', context.clock.now())
      .returningAll()
      .executeTakeFirst()
    if (!expired) return
    const at = expired.expiresAt!
    const input = { templateId: expired.templateId, expiredAt: at }
    await recordAccountEvent(transaction, expired.accountId, at, {
      type: 'template.ownership_expired',
      summary: 'The template ownership expired because it was not paid.',
      subject: { __typename: 'Template', id: expired.templateId },
      changesEntitlements: true,
      data: input,
    })
    await writeOutbox(transaction, {
      type: 'template.ownership_expired',
      accountId: expired.accountId,
      payload: input,
      at,
      requestId: context.requestId,
    })
  })
}
