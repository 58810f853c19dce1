import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { priceOf, type CatalogPlan, type CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { readSubscription } from '../subscription-queries.js'
import { executeChange } from '../changes/execute-change.js'
import { insertChange, type NewChange } from '../changes/record-change.js'
import { stateOf, type SubscriptionState } from '../changes/load-subscription-state.js'

/** Effect of a migration on one subscriber. */
export interface MigrationStep {
  readonly subscriptionId: string
  readonly accountId: string
  readonly from: CatalogPlan
  readonly to: CatalogPlan
  readonly outcome:
    | { readonly kind: 'terms'; readonly effectiveAt: Date }
    /** The price differs too: both change when the paid period ends. */
    | {
        readonly kind: 'terms and price'
        readonly effectiveAt: Date
        readonly from: CatalogPrice
        readonly to: CatalogPrice
      }
    | { readonly kind: 'skipped'; readonly reason: string }
}

export interface PlanMigrated {
  readonly kind: 'migration'
  readonly plan: CatalogPlan
  readonly dryRun: boolean
  readonly steps: readonly MigrationStep[]
}

/**
 * Migrates the subscribers of earlier versions of a plan to the current one. Loading a catalog never does that.
 * Subscribers with an unchanged price get the new terms immediately, others at the end of the paid period. A repeated
 * call finds nothing.
 */
export async function migratePlan(
  context: BillingContext,
  input: { readonly plan: string; readonly dryRun?: boolean | null },
): Promise<PlanMigrated | Denied> {
  requireOperator(context, 'ops:write')
  const plan = context.catalog.current().planByCode.get(input.plan)
  if (!plan)
    return denied(refused('INVALID_PLAN', `Invalid plan tier: plan '${input.plan}' not found.`, { field: 'plan' }))
  const dryRun = input.dryRun ?? true
  const steps: MigrationStep[] = []
  for (const subscription of await subscribersOfOldVersions(context, plan)) {
    const step = dryRun
      ? await previewStep(context, plan, subscription)
      : await migrateSubscriber(context, plan, subscription)
    if (step) steps.push(step)
  }
  return { kind: 'migration', plan, dryRun, steps }
}

const subscribersOfOldVersions = (context: BillingContext, plan: CatalogPlan): Promise<BillingSubscriptionRow[]> =>
  context.database.query
    .selectFrom('billing_subscription as subscription')
    .innerJoin('plan_version as version', 'version.id', 'subscription.planVersionId')
    .selectAll('subscription')
    .where('version.planId', '=', plan.id)
    .where('version.id', '<>', plan.versionId)
    .where('subscription.status', 'not in', TERMINAL_STATUSES)
    .orderBy('subscription.id')
    .execute()

async function previewStep(
  context: BillingContext,
  plan: CatalogPlan,
  subscription: BillingSubscriptionRow,
): Promise<MigrationStep | null> {
  const state = await stateOf(context, context.database, context.catalog.current(), subscription)
  return state && decideMigration(context, plan, state).step
}

/** The row is written under the lock like every change, and carried out like every change. */
async function migrateSubscriber(
  context: BillingContext,
  plan: CatalogPlan,
  { id, accountId }: BillingSubscriptionRow,
): Promise<MigrationStep | null> {
  const decided = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const subscription = await readSubscription(transaction, id)
    const state = await stateOf(context, transaction, context.catalog.current(), subscription)
    if (!state || state.plan.versionId === plan.versionId) return null
    const { step, change } = decideMigration(context, plan, state)
    return { step, row: change && (await insertChange(transaction, state.subscription, change, context.clock.now())) }
  })
  if (!decided?.row) return decided?.step ?? null
  const outcome = await executeChange(context, decided.row)
  return outcome.kind === 'denied'
    ? { ...decided.step, outcome: { kind: 'skipped', reason: outcome.denial.message } }
    : decided.step
}

/** Pure: what becomes of one subscriber. */
export function decideMigration(
  context: Pick<BillingContext, 'catalog' | 'clock'>,
  plan: CatalogPlan,
  state: SubscriptionState,
): { readonly step: MigrationStep; readonly change: NewChange | null } {
  const { subscription, price, quantity } = state
  const about = {
    subscriptionId: subscription.id,
    accountId: subscription.accountId,
    from: state.plan,
    to: plan,
  }
  const reason = ineligibilityReason(state)
  if (reason) return { step: { ...about, outcome: { kind: 'skipped', reason } }, change: null }
  const to = price.active ? price : priceOf(context.catalog.current(), plan, price.interval, price.money.currency)
  if (!to)
    return {
      step: {
        ...about,
        outcome: { kind: 'skipped', reason: `no ${price.interval} price in ${price.money.currency}` },
      },
      change: null,
    }
  const samePrice = to.id === price.id
  const now = context.clock.now()
  const effectiveAt = samePrice ? now : (subscription.currentPeriodEnd ?? now)
  const change: NewChange = {
    kind: 'PLAN',
    at: samePrice ? 'NOW' : 'PERIOD_END',
    effectiveAt,
    fromPlanVersionId: state.plan.versionId,
    fromPriceId: price.id,
    fromQuantity: quantity,
    toPlanVersionId: plan.versionId,
    toPriceId: to.id,
    toQuantity: quantity,
  }
  return {
    step: {
      ...about,
      outcome: samePrice ? { kind: 'terms', effectiveAt } : { kind: 'terms and price', effectiveAt, from: price, to },
    },
    change,
  }
}

function ineligibilityReason({ subscription, open, planned }: SubscriptionState): string | null {
  if (open) return 'another change is in progress'
  if (planned) return 'another change is scheduled'
  if (subscription.cancelAt) return 'the subscription is scheduled to end'
  return null
}
