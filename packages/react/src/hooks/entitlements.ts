import { toDenial, type FeatureKey, type PlanKey, type Denial } from '@stackgate/client'
import {
  Check,
  Entitlements,
  PlanCheck,
  type CheckData,
  type EntitlementFields,
  type EntitlementsData,
} from '@stackgate/client/documents'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'

/** One feature of an account: what it may use, and how much of it is used. */
export type Entitlement = EntitlementFields

/** All entitlements of the account, live. */
export function useEntitlements(accountId?: string): QueryResult<readonly Entitlement[]> {
  const account = useAccountId(accountId)
  return useStackgateQuery({
    name: 'Entitlements',
    document: Entitlements,
    variables: { account: account ?? undefined },
    account,
    select: entitlementsIn,
  })
}

const entitlementsIn = (data: EntitlementsData) => data.account?.usage?.entitlements ?? []

/** One entitlement, for a component. */
export interface EntitlementView {
  /** True if at least one more unit can be used. False while it is unknown. */
  readonly allowed: boolean
  /** Null if it is unlimited or not counted. */
  readonly limit: number | null
  readonly used: number
  readonly remaining: number | null
  /** Used share of the limit, in percent. */
  readonly percent: number | null
  /** True if the use has reached the warning threshold of the catalog. */
  readonly nearLimit: boolean
  readonly unlimited: boolean
  /** Time at which the use is reset (ISO 8601). */
  readonly resetsAt: string | null
  readonly sources: Entitlement['sources']
  /** `granted`, `used-up` or `not-included`. Null while it is unknown. */
  readonly reason: 'granted' | 'used-up' | 'not-included' | null
  readonly entitlement: Entitlement | null
}

/** One entitlement of the account, from the live list: it sends no request of its own. */
export function useEntitlement(
  feature: FeatureKey,
  accountId?: string,
): EntitlementView & Omit<QueryResult<Entitlement | null>, 'denial'> {
  const { data, error, isPending, isLive, refetch } = useEntitlements(accountId)
  const entitlement = data?.find((each) => each.feature.code === feature) ?? null
  const found = data === undefined ? undefined : entitlement
  return { ...viewOf(found), data: found, error, isPending, isLive, refetch }
}

function viewOf(entitlement: Entitlement | null | undefined): EntitlementView {
  const reason = reasonOf(entitlement)
  return {
    allowed: reason === 'granted',
    limit: entitlement?.limit ?? null,
    used: entitlement?.used ?? 0,
    remaining: entitlement?.remaining ?? null,
    percent: entitlement?.percent ?? null,
    nearLimit: entitlement?.nearLimit ?? false,
    unlimited: entitlement?.unlimited ?? false,
    resetsAt: entitlement?.resetsAt ?? null,
    sources: entitlement?.sources ?? [],
    reason,
    entitlement: entitlement ?? null,
  }
}

function reasonOf(entitlement: Entitlement | null | undefined): EntitlementView['reason'] {
  if (entitlement === undefined) return null
  if (entitlement === null || !entitlement.granted) return 'not-included'
  const { unlimited, remaining, overage } = entitlement
  // Units at a price can still be used.
  const isUsedUp = !unlimited && remaining !== null && remaining <= 0 && (overage?.remaining ?? 0) <= 0
  return isUsedUp && entitlement.feature.kind !== 'BOOLEAN' ? 'used-up' : 'granted'
}

/** A condition on the account. With both members, both must be met. */
export interface HasCondition {
  /** Code of a feature that can be used now. */
  readonly feature?: FeatureKey | undefined
  /** Code of a plan: this one or a higher one. */
  readonly plan?: PlanKey | undefined
}

/**
 * Whether the account has a feature or a plan. Undefined while it is unknown. It hides parts of a page and protects nothing: the server
 * checks every request again.
 */
export function useHas({ feature, plan }: HasCondition, accountId?: string): boolean | undefined {
  const { allowed, isPending } = useEntitlement(feature ?? '', accountId)
  const check = usePlanCheck(plan, accountId)
  const byFeature = feature === undefined ? true : isPending ? undefined : allowed
  const byPlan = plan === undefined ? true : check.data?.allowed
  if (byFeature === false || byPlan === false) return false
  return byFeature && byPlan
}

/** An account has no plan that does not exist. */
const UNKNOWN_PLAN = { allowed: false, denial: null }

/** Whether the plan of the account is a plan or a higher one, with the denial if not. */
export function usePlanCheck(
  plan: PlanKey | undefined,
  accountId?: string,
): QueryResult<{ readonly allowed: boolean } | null> {
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'PlanCheck',
    document: PlanCheck,
    variables: { account: account ?? undefined, plan: plan ?? '' },
    account,
    isEnabled: plan !== undefined,
    select: ({ plan: found }) => (found ? found.held : UNKNOWN_PLAN),
  })
  return { ...query, denial: toDenial(query.data?.denial) ?? query.denial }
}

/** Decision of the server about one feature. */
export type CheckResult = NonNullable<CheckData['check']>

/** Asks the server whether an amount of a feature can be used, with the steps of its decision. It consumes nothing. */
export function useCheck(
  feature: FeatureKey | undefined,
  amount = 1,
  accountId?: string,
): QueryResult<CheckResult | null> & { readonly denial: Denial | null } {
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'Check',
    document: Check,
    variables: { account: account ?? undefined, feature: feature ?? '', amount },
    account,
    isEnabled: feature !== undefined,
    select: (data) => data.check,
  })
  return { ...query, denial: toDenial(query.data?.denial) ?? query.denial }
}
