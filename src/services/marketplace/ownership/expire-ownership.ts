import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'

/**
 * Expires a monthly template whose last paid day has ended and that was not prolonged: no new deployments; existing
 * ones continue.
 */
export async function expireOwnership(due: ScheduledJobRow, context: Context): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const found = await transaction.row<TemplateOwnershipRow>(`select * from template_ownership where id = $1`, [
      due.key,
    ])
    if (!found) return
    await lockAccount(transaction, found.accountId)
    const expired = await transaction.row<TemplateOwnershipRow>(
      `update template_ownership set ended_at = expires_at where id = $1 and ended_at is null and expires_at <= $2 returning *`,
      [due.key, context.clock.now()],
    )
    if (!expired) return
    const at = expired.expiresAt!
    const input = { templateId: expired.templateId, lapsedAt: at }
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
