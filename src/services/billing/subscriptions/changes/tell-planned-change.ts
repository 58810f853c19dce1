import type { BillingSubscriptionRow } from '../../../../entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '../../../../entities/billing/subscription-change.entity.js'
import type { DueRow } from '../../../../entities/kernel/due.entity.js'
import { scheduleDue } from '../../../kernel/due/schedule-due.js'
import { lockAccount } from '../../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../../billing-context.js'
import { settleSubscription } from '../settle-subscription.js'
import { linesChange } from './ask-provider.js'
import { findChange } from './change-queries.js'
import { moveChange } from './move-change.js'
import { stateOf } from './subscription-state.js'

/** The due kind of the moment at which the provider is told of a planned change; its key is the change's id. */
export const TELL_CHANGE = 'subscription.tell_change'

/** Long enough to try again a few times, short enough that the bridge over it is of no use to anybody. */
const BEFORE_THE_END_MS = 3_600_000

/** Another interval would be billed at once, so it is planned here alone, and the provider is told shortly before the period ends. */
export async function planToTell(context: BillingContext, change: SubscriptionChangeRow): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    if (!(await moveChange(context, transaction, { id: change.id, to: 'PLANNED' }))) return
    await scheduleDue(transaction, {
      kind: TELL_CHANGE,
      key: change.id,
      accountId: change.accountId,
      dueAt: new Date(change.effectiveAt.getTime() - BEFORE_THE_END_MS),
    })
  })
}

/** Tells it, unless it was taken back or the subscription ends. One that was missed is settled from now on instead. */
export async function tellPlannedChange(due: DueRow, context: BillingContext): Promise<void> {
  const { database } = context
  const change = await findChange(database, due.key)
  if (change?.status !== 'PLANNED' || change.told) return
  const subscription = await database.row<BillingSubscriptionRow>(`select * from billing_subscription where id = $1`, [
    change.subscriptionId,
  ])
  const state = await stateOf(database, context.catalog.current(), subscription!)
  if (!state || subscription!.cancelAt) return
  const port = providerOf(context, subscription!.provider)
  const request = await linesChange(context, port, state, change)
  const missed = (subscription!.currentPeriodStart ?? change.asOf) >= change.effectiveAt
  const outcome = await port.changeLines(missed ? { ...request, at: 'NOW', asOf: context.clock.now() } : request)
  await database.transaction(async (transaction) => {
    await lockAccount(transaction, change.accountId)
    await transaction.run(`update subscription_change set told = true where id = $1`, [change.id])
    if (outcome.kind !== 'APPLIED')
      await moveChange(context, transaction, { id: change.id, to: 'SUPERSEDED', why: 'the provider did not take it' })
  })
  await settleSubscription(context, subscription!.provider, subscription!.externalId)
}
