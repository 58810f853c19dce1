import type { MigrationSkipReason } from '#entities/billing/plan-migration-step.entity.js'
import { planInCurrency } from '#services/catalog/plans/plan-in-currency.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type {
  CatalogPlan,
  CatalogPlanFeature,
  CatalogPrice,
  CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import type { Entitlement } from '#services/entitlements/model/entitlement.js'
import { evaluateEntitlements } from '#services/entitlements/model/evaluate-entitlements.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { withPlan } from '../changes/preview-plan-change.js'
import { decideMigration } from './decide-migration.js'
import { planToMigrate } from './migrate-plan.js'
import {
  candidateGroups,
  candidatePage,
  type CandidateGroup,
  type CandidateSubscription,
} from './migration-candidates.js'

/** Subscriptions of one version and price that a migration would move. */
export interface PreviewGroup {
  readonly from: CatalogPlan
  readonly price: CatalogPrice
  readonly newPrice: CatalogPrice
  readonly count: number
  /** Units of the price of all of them. */
  readonly quantity: number
  readonly firstEffectiveAt: Date
  readonly lastEffectiveAt: Date
}

/** A feature that differs between an earlier version and the current one. */
export interface PreviewFeatureChange {
  readonly from: CatalogPlan
  readonly feature: FeatureDefinition
  readonly before: CatalogPlanFeature | null
  readonly after: CatalogPlanFeature | null
  readonly count: number
}

export interface PlanMigrationPreview {
  readonly kind: 'preview'
  readonly plan: CatalogPlan
  readonly groups: readonly PreviewGroup[]
  readonly skipped: readonly { readonly reason: MigrationSkipReason; readonly count: number }[]
  /** Latest time of the changes for which subscriptions are skipped. Null without one. */
  readonly lastScheduledChangeAt: Date | null
  readonly featureChanges: readonly PreviewFeatureChange[]
}

/** Effect of a migration, counted over all subscribers. Nothing is changed. Operators only. */
export async function previewPlanMigration(
  context: Pick<BillingContext, 'clock'> & {
    readonly catalog: Pick<BillingContext['catalog'], 'current'>
    readonly database: Sql
  },
  input: { readonly plan: string },
): Promise<PlanMigrationPreview | Denied> {
  const plan = planToMigrate(context, input.plan)
  if (plan.__typename === 'Refused') return denied(plan)
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const groups = new Map<string, PreviewGroup>()
  const skipped = new Map<MigrationSkipReason, number>()
  const moved: Moved[] = []
  let lastScheduledChangeAt: Date | null = null
  for (const candidate of await candidateGroups(context.database, plan)) {
    const from = catalog.planByVersionId.get(candidate.planVersionId)!
    const decision = decideMigration(catalog, plan, { ...candidate, currentPeriodEnd: candidate.firstPeriodEnd }, now)
    if (decision.kind === 'skip') {
      skipped.set(decision.reason, (skipped.get(decision.reason) ?? 0) + candidate.count)
      const at = decision.reason === 'CHANGE_SCHEDULED' && candidate.lastScheduledChangeAt
      if (at && (!lastScheduledChangeAt || at > lastScheduledChangeAt)) lastScheduledChangeAt = at
      continue
    }
    moved.push({ from, count: candidate.count, currency: decision.price.currency })
    const key = `${from.versionId} ${decision.price.id}`
    groups.set(key, joined(groups.get(key), { from, ...decision }, candidate, now))
  }
  return {
    kind: 'preview',
    plan,
    groups: [...groups.values()],
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    lastScheduledChangeAt,
    featureChanges: featureChanges(catalog, moved, plan),
  }
}

/** A group with the subscriptions of another quantity. */
function joined(
  group: PreviewGroup | undefined,
  { from, price, newPrice, at }: Pick<PreviewGroup, 'from' | 'price' | 'newPrice'> & { readonly at: string },
  { count, quantity, firstPeriodEnd, lastPeriodEnd }: CandidateGroup,
  now: Date,
): PreviewGroup {
  const first = at === 'NOW' ? now : (firstPeriodEnd ?? now)
  const last = at === 'NOW' ? now : (lastPeriodEnd ?? now)
  return {
    from,
    price,
    newPrice,
    count: (group?.count ?? 0) + count,
    quantity: (group?.quantity ?? 0) + quantity * count,
    firstEffectiveAt: group && group.firstEffectiveAt < first ? group.firstEffectiveAt : first,
    lastEffectiveAt: group && group.lastEffectiveAt > last ? group.lastEffectiveAt : last,
  }
}

/** Subscriptions of one version in one currency. */
interface Moved {
  readonly from: CatalogPlan
  readonly count: number
  readonly currency: string
}

/** The changed features of each version. A price of use is a change of its own in each currency. */
function featureChanges(catalog: CatalogSnapshot, moved: readonly Moved[], plan: CatalogPlan): PreviewFeatureChange[] {
  const found: PreviewFeatureChange[] = []
  for (const { from, count, currency } of moved)
    for (const change of changedFeatures(catalog, planInCurrency(from, currency), planInCurrency(plan, currency))) {
      const at = found.findIndex(
        (one) => one.from === from && one.before === change.before && one.after === change.after,
      )
      const known = found[at]?.count ?? 0
      found.splice(at < 0 ? found.length : at, 1, { from, ...change, count: known + count })
    }
  return found
}

function changedFeatures(
  catalog: CatalogSnapshot,
  from: CatalogPlan,
  to: CatalogPlan,
): Pick<PreviewFeatureChange, 'feature' | 'before' | 'after'>[] {
  const granted = (plan: CatalogPlan, { code }: FeatureDefinition) =>
    plan.features.find((one) => one.feature.code === code && (one.enabled || one.unlimited || one.amount)) ?? null
  return [...catalog.features.values()].flatMap((feature) => {
    const [before, after] = [granted(from, feature), granted(to, feature)]
    return terms(before) === terms(after) ? [] : [{ feature, before, after }]
  })
}

/** Everything that an account notices of a feature. The text only describes it. */
const terms = (granted: CatalogPlanFeature | null): string =>
  JSON.stringify(granted && { ...granted, feature: null, text: null })

/** Effect of a migration on one subscription. */
export interface PreviewedSubscription {
  readonly candidate: CandidateSubscription
  readonly from: CatalogPlan
  readonly plan: CatalogPlan
  readonly effectiveAt: Date | null
  readonly price: CatalogPrice | null
  readonly newPrice: CatalogPrice | null
  readonly skippedReason: MigrationSkipReason | null
}

/** Subscriptions of a preview that the caller was given. */
export function previewedSubscriptions(
  context: BillingContext,
  { plan }: Pick<PlanMigrationPreview, 'plan'>,
  request: PageRequest,
): Promise<Page<PreviewedSubscription>> {
  const catalog = context.catalog.current()
  const now = context.clock.now()
  return readPage<PreviewedSubscription>(
    request,
    `migration of ${plan.versionId}`,
    ({ candidate }) => [candidate.id],
    async (limit, after) =>
      (await candidatePage(context.database, plan, after?.[0] ?? null, limit)).map((candidate) => {
        const decision = decideMigration(catalog, plan, candidate, now)
        const about = {
          candidate,
          plan,
          from: catalog.planByVersionId.get(candidate.planVersionId)!,
          price: decision.price,
        }
        return decision.kind === 'skip'
          ? { ...about, effectiveAt: null, newPrice: null, skippedReason: decision.reason }
          : { ...about, effectiveAt: decision.effectiveAt, newPrice: decision.newPrice, skippedReason: null }
      }),
  )
}

/** Entitlements that an account loses, or of which it already uses more than the new terms include. */
export interface LostEntitlement {
  readonly before: Entitlement
  readonly after: Entitlement
}

/** Pure: entitlements that the new terms remove or make smaller than the present usage. */
export function lostEntitlements(
  { catalog }: Pick<BillingContext, 'catalog'>,
  snapshot: AccountSnapshot,
  { plan, candidate }: Pick<PreviewedSubscription, 'plan' | 'candidate'>,
): LostEntitlement[] {
  const current = catalog.current()
  const before = evaluateEntitlements(current, snapshot)
  const after = evaluateEntitlements(current, withPlan(snapshot, { plan, quantity: candidate.quantity }))
  return before.flatMap((entitlement, index) => {
    const next = after[index]!
    const isLost = entitlement.granted && !next.granted
    const isSmaller = next.limit !== null && (entitlement.limit === null || next.limit < entitlement.limit)
    const isExceeded = isSmaller && next.used + next.reserved > next.limit
    return isLost || isExceeded ? [{ before: entitlement, after: next }] : []
  })
}
