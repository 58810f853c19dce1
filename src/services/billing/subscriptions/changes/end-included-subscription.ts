import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { includedIn } from '#services/billing/model/already-included.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { stateOf } from '#services/billing/model/load-subscription-state.js'
import { findSubscription } from '#services/billing/model/subscription-queries.js'
import { decidePossibleCancel } from './cancel-subscription.js'
import { executeChange } from './execute-change.js'
import { insertChange } from './record-change.js'

const REASON = 'The account has bought a plan for its lifetime that includes this one.'

/** Cancels a subscription at the end of its paid period, because the account has its plan without an end. Done again, it changes nothing. */
export async function endIncludedSubscription(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const accountId = due.accountId!
  const change = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const subscription = await findSubscription(transaction, due.key)
    if (!subscription || TERMINAL_STATUSES.includes(subscription.status) || subscription.cancelAt) return null
    const state = await stateOf(context, transaction, context.catalog.current(), subscription)
    if (!state || state.open || !includedIn(state.lifetimePlans, state.plan)) return null
    const now = context.clock.now()
    const decision = decidePossibleCancel(context, state, { at: 'PERIOD_END', reason: REASON }, now)
    return 'code' in decision || decision.kind === 'already'
      ? null
      : insertChange(transaction, subscription, decision, now)
  })
  if (!change) return
  await executeChange(context, change)
  context.log.warn({ subscription: due.key, account: accountId }, 'subscription to a plan without an end canceled')
}
