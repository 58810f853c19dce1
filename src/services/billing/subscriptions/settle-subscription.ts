import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { DeferredEvent, UnprocessableEvent } from '../../kernel/inbox/outcomes.js'
import { newId } from '../../kernel/ids/ids.js'
import type { CatalogPlan } from '../../catalog/snapshot/catalog-snapshot.js'
import { assignPlan, endPlan } from '../../entitlements/plans/assign-plan.js'
import { lockAccount } from '../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import type { ProviderName } from '../providers/port.js'
import { decideSubscription, type Projection, type SubscriptionDecision } from './decide-subscription.js'
import { mapItems } from './map-items.js'
import type { SubscriptionFacts } from './subscription-facts.js'
import { tellSubscription } from './tell-subscription.js'
import { boughtBy, planOf, refuseOtherThanBought } from './what-was-bought.js'
import { writeSubscription } from './write-subscription.js'

/** Reads a subscription from the provider and makes our copy, the plan and the news follow it, in one transaction. */
export async function settleSubscription(
  context: BillingContext,
  provider: ProviderName,
  externalId: string,
): Promise<string[]> {
  // Taken before the fetch: of two fetches under way, the one that began later may overwrite the other, never the reverse.
  const fence = (await context.database.row<{ fence: number }>(`select nextval('fetch_fence') as fence`))!.fence
  const fetched = await providerOf(context, provider).fetchSubscription(externalId)
  if (!fetched) throw new UnprocessableEvent(`the provider knows no subscription ${externalId}`)
  const accountId = await accountOfCustomer(context, provider, fetched.customerId)
  if (!accountId) throw new DeferredEvent(`customer ${fetched.customerId} is not known here yet`)
  const items = await mapItems(context, provider, fetched)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    return project(context, transaction, { provider, fence, fetched, accountId, items })
  })
}

/** Under the account's lock: what was and what is make a decision, and the decision is written and told. */
async function project(context: BillingContext, transaction: Transaction, facts: SubscriptionFacts): Promise<string[]> {
  const { accountId, fetched, provider } = facts
  const previous = await transaction.row<BillingSubscriptionRow>(
    `select * from billing_subscription where provider = $1 and external_id = $2`,
    [provider, fetched.externalId],
  )
  if (previous && previous.fence > facts.fence) return []
  const catalog = context.catalog.current()
  const bought = await boughtBy(transaction, facts)
  if (!previous && bought) refuseOtherThanBought(catalog, facts, bought)
  const plan = planOf(catalog, facts, [previous?.planVersionId, bought?.planVersionId])
  const next = projectionOf(facts, plan)
  const decision = decideSubscription(previous ?? null, next)

  const id = previous?.id ?? newId('sub')
  await writeSubscription(transaction, facts, id, next)
  if (decision.event === null) return []
  await movePlan(context, transaction, { id, accountId, plan, next, decision, since: fetched.startedAt })
  await tellSubscription(context, transaction, {
    id,
    accountId,
    event: decision.event,
    plan,
    next,
    changesRights: decision.plan !== 'keep',
  })
  return [`${decision.event} ${id}`]
}

interface PlanMove {
  readonly id: string
  readonly accountId: string
  readonly plan: CatalogPlan
  readonly next: Projection
  readonly decision: SubscriptionDecision
  readonly since: Date
}

async function movePlan(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, plan, next, decision, since }: PlanMove,
): Promise<void> {
  const source = { sourceType: 'subscription', sourceId: id } as const
  const now = context.clock.now()
  if (decision.plan === 'end') await endPlan(transaction, source, now)
  if (decision.plan !== 'grant') return
  const terms = { groupCode: plan.group, planVersionId: plan.versionId, quantity: next.quantity }
  await assignPlan(transaction, { ...source, ...terms, accountId, since, periodEnd: next.currentPeriodEnd }, now)
}

function projectionOf({ fetched, items }: SubscriptionFacts, plan: CatalogPlan): Projection {
  const item = items.find((candidate) => candidate.planId === plan.id)!
  return {
    status: fetched.status,
    planVersionId: plan.versionId,
    quantity: item.quantity,
    currentPeriodStart: item.currentPeriodStart,
    currentPeriodEnd: item.currentPeriodEnd,
    trialEnd: fetched.trialEnd,
    cancelAt: fetched.cancelAt,
    canceledAt: fetched.canceledAt,
  }
}
