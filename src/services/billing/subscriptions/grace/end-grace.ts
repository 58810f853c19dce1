import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Tables } from '#entities/tables.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { sendNotice } from '#services/billing/notices/send-notices.js'
import { recordRecurringPeriod } from '../record-recurring-period.js'
import { findSubscription } from '#services/billing/model/subscription-queries.js'
import { endEntitlements } from '../apply-entitlements.js'
import { readBeforeEnd } from '../read-before-end.js'
import { endUnpaidAddons } from './end-unpaid-addons.js'

/**
 * The grace period of an unpaid invoice has ended: the entitlements end now, once. The subscription itself continues
 * until the provider stops its retries.
 */
export async function endGrace(due: Pick<ScheduledJobRow, 'key'>, context: BillingContext): Promise<void> {
  const overdue = await findOverdue(due, context)
  if (!overdue) return
  await readBeforeEnd(context, overdue)
  if (await endAddonsIfUnpaid(due, context)) return
  await context.database.transaction(async (transaction) => {
    const found = await findSubscription(transaction, due.key)
    if (!found) return
    await lockAccount(transaction, found.accountId)
    const ended = await transaction.query
      .updateTable('billing_subscription')
      .set((eb) => ({ accessEndedAt: eb.ref('graceUntil') }))
      .where('id', '=', due.key)
      .where('accountId', '=', found.accountId)
      .where(isGraceOver(context.clock.now()))
      .returningAll()
      .executeTakeFirst()
    if (!ended) return
    const at = ended.accessEndedAt!
    const plan = context.catalog.current().planByVersionId.get(ended.planVersionId)!
    await endEntitlements(transaction, ended, at)
    await recordRecurringPeriod(transaction, ended, at)
    const data = { subscriptionId: ended.id, plan: plan.code, endedAt: at }
    await recordAccountEvent(transaction, ended.accountId, at, {
      type: 'subscription.access_ended',
      summary: `${plan.name} is suspended: the invoice was not paid within the grace period.`,
      subject: { __typename: 'BillingSubscription', id: ended.id },
      changesEntitlements: true,
      data,
    })
    await writeOutbox(transaction, {
      type: 'subscription.access_ended',
      accountId: ended.accountId,
      payload: data,
      at,
      requestId: context.requestId,
    })
    await sendNotice(context, transaction, ended, {
      kind: 'ACCESS_ENDED',
      key: at.toISOString(),
      planName: plan.name,
      invoice: null,
      until: at,
    })
  })
}

/** True if only add-ons were unpaid: they have ended, and the plan continues. */
async function endAddonsIfUnpaid(due: Pick<ScheduledJobRow, 'key'>, context: BillingContext): Promise<boolean> {
  const overdue = await findOverdue(due, context)
  return overdue ? endUnpaidAddons(context, overdue) : false
}

/** The subscription of a job, if its grace period is over and its entitlements have not ended. */
const findOverdue = ({ key }: Pick<ScheduledJobRow, 'key'>, { database, clock }: BillingContext) =>
  database.query
    .selectFrom('billing_subscription')
    .select(['id', 'provider', 'externalId'])
    .where('id', '=', key)
    .where(isGraceOver(clock.now()))
    .executeTakeFirst()

/** Condition: the grace period of a subscription is over, and its entitlements have not ended. */
function isGraceOver(now: Date): Expression<SqlBool> {
  const eb = expressionBuilder<Tables, 'billing_subscription'>()
  return eb.and([eb('status', '=', 'PAST_DUE'), eb('accessEndedAt', 'is', null), eb('graceUntil', '<=', now)])
}
