import type { BillingSubscriptionRow } from '../../../../entities/billing/billing-subscription.entity.js'
import type { DueRow } from '../../../../entities/kernel/due.entity.js'
import { lockAccount } from '../../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../../billing-context.js'
import { settleSubscription } from '../settle-subscription.js'
import { linesChange } from './ask-provider.js'
import { findChange } from './change-queries.js'
import { moveChange } from './move-change.js'
import { stateOf } from './subscription-state.js'
import { tellPlannedEnd } from './tell-planned-end.js'

/** Tells it, unless it was taken back or the subscription ends. One that was missed is settled from now on instead. */
export async function tellPlannedChange(due: DueRow, context: BillingContext): Promise<void> {
  const { database } = context
  const change = await findChange(database, due.key)
  if (change?.status !== 'PLANNED' || change.told) return
  const subscription = await database.row<BillingSubscriptionRow>(`select * from billing_subscription where id = $1`, [
    change.subscriptionId,
  ])
  if (change.kind === 'CANCEL') return tellPlannedEnd(context, change, subscription!)
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
