import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { allowanceOf, type Allowance } from './allowance.js'
import { isPooled } from './decide-route.js'
import { capRoom, capStates } from './decide-spend.js'
import { POOL_SOURCE, type Entitlement, type EntitlementSource } from './entitlement.js'
import { overageState } from './overage.js'
import { usagePeriodStart, usedBeforePeriod } from './usage-period.js'
import { allowanceSources, freeOf, grantSource, isUsable } from './entitlement-sources.js'
import type { Grant, AccountSnapshot } from './account-snapshot.js'

/** Pure: what an account may do, feature by feature in the catalog's order. */
export function evaluateEntitlements(catalog: CatalogSnapshot, snapshot: AccountSnapshot): Entitlement[] {
  return [...catalog.features.values()].map((feature) => evaluateFeature(catalog, snapshot, feature))
}

/** Pure: the right to one feature at the facts' moment, summed over everything that grants it. */
export function evaluateFeature(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
): Entitlement {
  const { pool } = snapshot
  if (pool !== null && isPooled(catalog, feature.code)) return evaluatePooled(catalog, snapshot, pool, feature)
  if (feature.kind === 'BOOLEAN') return evaluateBoolean(catalog, snapshot, feature)
  if (feature.kind === 'QUOTA' || feature.kind === 'CREDIT') return evaluateUse(catalog, snapshot, feature)
  const sources = allowanceSources(snapshot, feature)
  const counted = sumOf(sources)
  const used = snapshot.allocated[feature.code] ?? 0
  return entitlement(catalog, snapshot, feature, {
    sources,
    ...counted,
    used,
    reserved: 0,
    remaining: counted.limit === null ? null : Math.max(0, counted.limit - used),
    resetsAt: null,
    overage: null,
  })
}

/** Boolean features: granted by any source, or by a grant that carries the feature while it has a balance. */
function evaluateBoolean(catalog: CatalogSnapshot, snapshot: AccountSnapshot, feature: FeatureDefinition): Entitlement {
  const flagged = snapshot.grants.filter(
    (grant) => grant.flags.includes(feature.code) && hasRemainder(grant, snapshot.at),
  )
  return entitlement(catalog, snapshot, feature, {
    sources: inOrder([
      ...allowanceSources(snapshot, feature),
      ...flagged.map((grant) => grantSource(catalog, grant, null)),
    ]),
    unlimited: false,
    limit: null,
    used: 0,
    reserved: 0,
    remaining: null,
    resetsAt: null,
    overage: null,
  })
}

const hasRemainder = (grant: Grant, at: Date): boolean =>
  isUsable(grant, at) && grant.amount - grant.used - grant.expired - grant.revoked > 0

/**
 * Consumable features: the allowance of the window first, then each grant with its balance at the start of the window,
 * or in full if granted during it. Units used in earlier windows are neither usage nor limit of this one. Runs with
 * every check and consume, so it makes one pass over the grants.
 */
function evaluateUse(catalog: CatalogSnapshot, snapshot: AccountSnapshot, feature: FeatureDefinition): Entitlement {
  const { sources, unlimited, resetsAt, ...allowance } = allowanceOf(snapshot, feature)
  let { amount: limit, used, reserved } = allowance
  let remaining = allowanceLeft({ unlimited, ...allowance })
  let since: Date | undefined
  for (const grant of snapshot.grants) {
    if (grant.feature !== feature.code || !isUsable(grant, snapshot.at)) continue
    since ??= usagePeriodStart(snapshot, feature)
    const before = usedBeforePeriod(grant, since)
    const amount = grant.amount - grant.revoked - before
    sources.push(grantSource(catalog, grant, amount))
    limit += amount
    used += grant.used - before
    reserved += grant.reserved
    remaining += freeOf(grant)
  }
  return entitlement(catalog, snapshot, feature, {
    sources: inOrder(sources),
    unlimited,
    limit: unlimited ? null : limit,
    used,
    reserved,
    remaining: unlimited ? null : remaining,
    resetsAt,
    overage: snapshot.overage === null || unlimited ? null : overageState(snapshot, feature),
  })
}

/**
 * A feature that a sub-account takes from the pool of its parent: the numbers of its tightest limit, otherwise those of the
 * pool. The plans and grants of the parent are not shown.
 */
function evaluatePooled(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  pool: AccountSnapshot,
  feature: FeatureDefinition,
): Entitlement {
  const { granted, ...whole } = evaluateUse(catalog, pool, feature)
  const caps = capStates(catalog, pool, feature, { subAccountId: snapshot.accountId })
  const room = caps.length > 0 ? Math.min(whole.remaining ?? Infinity, capRoom(caps)) : whole.remaining
  const [own] = caps
    .filter(({ cap }) => cap.subAccountId !== null)
    .sort((left, right) => left.remaining - right.remaining)
  const { unlimited, limit } = own ? { unlimited: false, limit: own.cap.amount } : whole
  const { used, reserved, resetsAt } = own ? { ...own, resetsAt: own.period.end } : whole
  const source = { ...POOL_SOURCE, amount: limit, unlimited }
  return entitlement(catalog, snapshot, feature, {
    sources: granted ? [source] : [],
    unlimited,
    limit,
    used,
    reserved,
    remaining: room,
    resetsAt,
    // The price concerns the parent account, which pays it.
    overage: null,
  })
}

/** Remaining allowance. A limit below the current usage leaves zero, never less. */
export const allowanceLeft = ({
  unlimited,
  amount,
  used,
  reserved,
}: Pick<Allowance, 'unlimited' | 'amount' | 'used' | 'reserved'>): number =>
  unlimited ? Number.MAX_SAFE_INTEGER : Math.max(0, amount - used - reserved)

function sumOf(sources: readonly EntitlementSource[]): Pick<Entitlement, 'unlimited' | 'limit'> {
  const unlimited = sources.some((source) => source.unlimited)
  return { unlimited, limit: unlimited ? null : sources.reduce((sum, source) => sum + (source.amount ?? 0), 0) }
}

const ORDER: Record<EntitlementSource['kind'], number> = {
  PLAN: 0,
  ADDON: 1,
  ROLLOVER: 2,
  PACKAGE: 3,
  OVERRIDE: 4,
  POOL: 5,
  OVERAGE: 6,
}

const inOrder = (sources: EntitlementSource[]): EntitlementSource[] =>
  isInOrder(sources) ? sources : sources.sort((left, right) => ORDER[left.kind] - ORDER[right.kind])

/** They nearly always are, and sorting even a few costs more than looking. */
function isInOrder(sources: readonly EntitlementSource[]): boolean {
  for (let index = 1; index < sources.length; index++)
    if (ORDER[sources[index - 1]!.kind] > ORDER[sources[index]!.kind]) return false
  return true
}

function entitlement(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  counted: Omit<Entitlement, 'accountId' | 'feature' | 'granted' | 'percent' | 'nearLimit' | 'version'>,
): Entitlement {
  const { limit, used, reserved, sources } = counted
  // Multiplied first: 11 of 10 are 110 percent, and not 110.00000000000001.
  const percent = limit ? ((used + reserved) * 100) / limit : null
  return {
    accountId: snapshot.accountId,
    feature,
    granted: sources.length > 0,
    ...counted,
    percent,
    nearLimit: feature.kind !== 'RATE' && percent !== null && percent >= firstThreshold(catalog, feature),
    version: snapshot.version,
  }
}

const firstThreshold = (catalog: CatalogSnapshot, feature: FeatureDefinition): number =>
  Math.min(...(feature.nearLimitPercents ?? catalog.nearLimitPercents), 100)
