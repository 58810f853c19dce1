import type { Transaction } from '../../kernel/database/database.js'
import { assignPlan, endPlan } from '../../entitlements/plans/assign-plan.js'
import type { BillingContext } from '../billing-context.js'
import type { Projection, SubscriptionDecision } from './decide-subscription.js'
import type { Terms } from './decide-terms.js'
import type { SubscriptionFacts } from './subscription-facts.js'

export interface RightsMove {
  readonly id: string
  readonly facts: SubscriptionFacts
  readonly terms: Terms
  readonly next: Projection
  readonly rights: SubscriptionDecision['rights']
}

/** Gives, prolongs or takes what a subscription stands for: its plan. */
export async function moveRights(
  context: BillingContext,
  transaction: Transaction,
  { id, facts, terms, next, rights }: RightsMove,
): Promise<void> {
  const source = { sourceType: 'subscription', sourceId: id } as const
  const now = context.clock.now()
  if (rights === 'end') await endPlan(transaction, source, now)
  if (rights !== 'grant') return
  await assignPlan(
    transaction,
    {
      ...source,
      accountId: facts.accountId,
      groupCode: terms.plan.group,
      planVersionId: terms.plan.versionId,
      quantity: terms.quantity,
      since: facts.fetched.startedAt,
      periodEnd: next.currentPeriodEnd,
    },
    now,
  )
}
