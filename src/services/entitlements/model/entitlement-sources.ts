import type { Raise } from '#entities/entitlements/raise.js'
import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import {
  packageReference,
  planReference,
  type CatalogPlanFeature,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementSource } from './entitlement.js'
import { paidUntilOf, unpaidUnits } from './raises.js'
import type { Grant, HeldPackage, HeldPlan, AccountSnapshot } from './account-snapshot.js'
import { countsSince } from './quota-window.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'

/**
 * Pure: what adds up to an allowance at the facts' moment, in the stated order: plan, add-ons, packages, overrides. Grants of credits
 * are taken beyond it and are not among them.
 */
export function allowanceSources(snapshot: AccountSnapshot, feature: FeatureDefinition): EntitlementSource[] {
  const sources: EntitlementSource[] = []
  for (const held of snapshot.held) addPlan(sources, snapshot, held, feature)
  addPackages(sources, snapshot, feature, 'ADDON')
  addPackages(sources, snapshot, feature, 'PACKAGE')
  for (const { id, feature: code, amount, unlimited, reason, since, until } of snapshot.overrides)
    if (code === feature.code && isLive(snapshot, since, until))
      sources.push({
        kind: 'OVERRIDE',
        code: reason,
        amount,
        unlimited,
        expiresAt: until,
        object: { __typename: 'EntitlementOverride', id },
      })
  return sources
}

const isLive = (snapshot: AccountSnapshot, since: Date, until: Date | null): boolean =>
  !isAfter(since, snapshot.at) && (until === null || isAfter(until, snapshot.at))

function addPlan(
  sources: EntitlementSource[],
  snapshot: AccountSnapshot,
  held: HeldPlan,
  feature: FeatureDefinition,
): void {
  for (const granted of held.plan.features)
    if (granted.feature.code === feature.code && granted.enabled)
      sources.push({
        kind: 'PLAN',
        code: held.plan.code,
        amount: paidAmount(snapshot, feature, {
          amount: planAmount(snapshot, held, granted),
          raises: held.assignment?.raises,
          paidUntil: held.assignment?.periodEnd ?? null,
        }),
        unlimited: granted.unlimited,
        expiresAt: held.assignment?.expiresAt ?? null,
        object: planReference(held.plan),
      })
}

/** An amount without the units of raises that nothing was paid for. */
function paidAmount(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  {
    amount,
    raises,
    paidUntil,
  }: {
    readonly amount: number | null
    readonly raises: readonly Raise[] | null | undefined
    readonly paidUntil: Date | null
  },
): number | null {
  if (amount === null || !raises) return amount
  const counted = { ...windowOf(snapshot, feature), at: snapshot.at }
  return Math.max(0, amount - unpaidUnits(raises, feature.code, counted, paidUntil))
}

/**
 * An amount per paid unit is multiplied by the paid units; per seat, by the paid seats, or by the members if no seats
 * are paid.
 */
export function planAmount(
  snapshot: AccountSnapshot,
  held: HeldPlan,
  granted: CatalogPlanFeature,
  quantity = held.assignment?.quantity ?? 1,
): number | null {
  if (granted.amount === null) return null
  if (granted.perUnit) return granted.amount * quantity
  if (!granted.perSeat) return granted.amount
  return granted.amount * (isPricedPerSeat(held) ? quantity : maxMembers(snapshot, held, granted))
}

const isPricedPerSeat = (held: HeldPlan): boolean => held.plan.prices.some(({ per }) => per === 'seat')

/** The highest number of members in the present period, so that removing and adding one again grants nothing. */
function maxMembers(snapshot: AccountSnapshot, held: HeldPlan, { window, feature }: CatalogPlanFeature): number {
  const since = countsSince(window, anchorOf(snapshot, held), snapshot.at, timeZoneOf(snapshot, feature))
  let maximum = 1
  for (const { at, members, peak } of snapshot.members) {
    if (isAfter(at, snapshot.at)) break
    maximum = isBefore(at, since) ? Math.max(1, members) : Math.max(maximum, peak)
  }
  return maximum
}

/** Start of the billing periods of a plan: the start of its cause, or of the account for a default plan. */
export const anchorOf = (snapshot: AccountSnapshot, held: HeldPlan | undefined): Date =>
  held?.assignment?.billingAnchor ?? snapshot.createdAt

/** Pure: units of a feature that a package grants in all its units. */
export const packageAmount = (
  { quantity }: Pick<HeldPackage, 'quantity'>,
  { amount }: CatalogPlanFeature,
): number | null => (amount === null ? null : amount * quantity)

function addPackages(
  sources: EntitlementSource[],
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  kind: 'ADDON' | 'PACKAGE',
): void {
  for (const held of snapshot.packages) {
    if ((held.package.type === 'ADDON') !== (kind === 'ADDON') || !isLive(snapshot, held.since, held.endsAt)) continue
    for (const granted of held.package.grants)
      if (granted.feature.code === feature.code && granted.enabled)
        sources.push({
          kind,
          code: held.package.code,
          amount: paidAmount(snapshot, feature, {
            amount: packageAmount(held, granted),
            raises: held.raises,
            paidUntil: paidUntilOf(held.raises ?? [], held.endsAt),
          }),
          unlimited: granted.unlimited,
          expiresAt: held.endsAt,
          object: packageReference(held.package),
        })
  }
}

/** Pure: the window in which an account's use of a feature is counted, by the plan that grants it, else by the feature itself. */
export function windowOf(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
): { window: QuotaWindow | null; anchor: Date; windowsSince: Date | null; timeZone: string | null } {
  const named = (held: HeldPlan) =>
    held.plan.features.find((granted) => granted.feature.code === feature.code && granted.enabled)
  const held = snapshot.held.find(named) ?? snapshot.held[0]
  const window = (held && named(held)?.window) ?? feature.window
  const windowsSince = held?.assignment?.windowsSince ?? null
  return { window, anchor: anchorOf(snapshot, held), windowsSince, timeZone: timeZoneOf(snapshot, feature) }
}

/** True if use counts at the snapshot's time: its window has not ended, and no trial that has ended early began it. */
export function isCounted(
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  use: { readonly windowStart: Date; readonly windowEnd: Date },
): boolean {
  if (!isAfter(use.windowEnd, snapshot.at)) return false
  const { window, windowsSince } = windowOf(snapshot, feature)
  const isOfTrial = windowsSince !== null && isAfter(windowsSince, use.windowStart)
  return window !== 'billing_period' || !isOfTrial || isAfter(windowsSince, snapshot.at)
}

/** Time zone in which the fixed windows of a feature begin. Null: UTC. */
export const timeZoneOf = (snapshot: AccountSnapshot, { inAccountTimeZone }: FeatureDefinition): string | null =>
  inAccountTimeZone ? snapshot.timeZone : null

/** True if anything of a grant may be used at a moment: to the millisecond, never from its expiry on. */
export const isUsable = (grant: Grant, at: Date): boolean =>
  grant.revokedAt === null &&
  !isAfter(grant.grantedAt, at) &&
  (grant.expiresAt === null || isAfter(grant.expiresAt, at))

/** Units of a grant that can still be consumed. */
export const freeOf = ({ amount, used, reserved, expired, revoked }: Grant): number =>
  amount - used - reserved - expired - revoked

/** A grant as a source: its amount minus revoked units, as far as it counts. Null if it is only a flag. */
export const grantSource = (
  catalog: CatalogSnapshot,
  grant: Grant,
  amount: number | null = grant.amount - grant.revoked,
): EntitlementSource => {
  const sold = catalog.packageByCode.get(grant.sourceCode)
  return {
    kind: grant.sourceKind,
    code: grant.sourceCode,
    amount,
    unlimited: false,
    expiresAt: grant.expiresAt,
    object:
      sold && grant.sourceKind !== 'OVERRIDE' ? packageReference(sold) : { __typename: 'CreditGrant', id: grant.id },
  }
}
