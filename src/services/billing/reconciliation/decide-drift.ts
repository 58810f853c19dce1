import { isDeepStrictEqual } from 'node:util'
import type { StoredDiscount } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES, type SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { SyncedDifference } from '#services/billing/subscriptions/compare-sync.js'
import type { CheckoutStatus } from '#entities/billing/checkout-state.js'

/** In what we and a provider can differ. */
export const DRIFT_KINDS = [
  /** The provider sent an event that never arrived here. */
  'missing_event',
  /** The provider has a running subscription that we do not have. */
  'missing_subscription',
  /** … of an unknown customer. */
  'unknown_customer',
  /** We have a running subscription that the provider does not know. */
  'extra_subscription',
  'wrong_status',
  'wrong_plan',
  'wrong_quantity',
  'wrong_discounts',
  /** Another line than the plan, for example an add-on, has another quantity or price, is missing or is unknown. */
  'wrong_lines',
  /** Period, trial, end, grace period, payment method or assignment differ. */
  'wrong_terms',
  /** It is paid at the provider, and what was bought was not given. */
  'paid_not_granted',
  /** It was given, and what it rests on has ended. */
  'granted_not_paid',
  /** A change is scheduled here for the end of the period, and the provider will not make it. */
  'scheduled_change_missing',
  /** The provider will make a change that is not scheduled here. */
  'scheduled_change_unknown',
] as const
/** Differences that are healed by reading the provider again, as its event would have. Healing them revokes nothing. */
export const SAFE_KINDS: ReadonlySet<string> = new Set([
  'missing_event',
  'missing_subscription',
  'wrong_status',
  'wrong_plan',
  'wrong_quantity',
  'wrong_discounts',
  'wrong_lines',
  'wrong_terms',
  'paid_not_granted',
  'scheduled_change_missing',
])
export type DriftKind = (typeof DRIFT_KINDS)[number]

/** A difference, before anything is done about it. */
export interface Difference {
  readonly kind: DriftKind
  readonly ours: unknown
  readonly theirs: unknown
}

/** A subscription as we have it. */
export interface OurSubscription {
  readonly status: SubscriptionStatus
  /** Expected plan and quantity at the provider: PayPal's lines already show a change at the period end. */
  readonly planId: string
  readonly planCode: string
  readonly quantity: number
  /** True if it should give the plan: it runs, and its time of grace is not over. */
  readonly entitled: boolean
  /** True if the account holds the plan because of it. */
  readonly granted: boolean
  /** Its first payment is on its way: it gives nothing yet, although the provider calls it active. */
  readonly awaitsPayment: boolean
  /**
   * Scheduled change. Null if there is none, if the subscription was canceled, or if the provider shows such a change
   * on its lines.
   */
  readonly scheduled: ScheduledPlan | null
  readonly discounts: readonly StoredDiscount[]
}

/** A plan that a subscription will have from a moment on. */
export interface ScheduledPlan {
  readonly code: string
  readonly quantity: number
  /** ID of the price at the provider. Null if it was never sold there. */
  readonly price: string | null
  readonly at: Date
}

/** A subscription as the provider has it, seen through our prices. */
export interface TheirSubscription {
  readonly status: SubscriptionStatus
  /** Null: none of its prices is a plan of ours, so it is no business of ours. */
  readonly plan: { readonly id: string; readonly code: string; readonly quantity: number } | null
  readonly customerKnown: boolean
  /** The change that the provider will make; null: none. */
  readonly scheduled: ScheduledPlan | null
  readonly discounts: readonly StoredDiscount[]
}

const runs = (status: SubscriptionStatus) => !TERMINAL_STATUSES.includes(status)

/** Pure: in what a subscription differs; either side may not have it. */
export function decideSubscriptionDrift(ours: OurSubscription | null, theirs: TheirSubscription | null): Difference[] {
  if (!theirs)
    return ours && runs(ours.status) ? [{ kind: 'extra_subscription', ours: statusOf(ours), theirs: null }] : []
  if (!theirs.plan) return []
  if (!ours) {
    if (!runs(theirs.status)) return []
    const kind = theirs.customerKnown ? 'missing_subscription' : 'unknown_customer'
    return [{ kind, ours: null, theirs: statusOf(theirs) }]
  }
  if (ours.awaitsPayment) return []
  if (ours.status !== theirs.status) return [{ kind: 'wrong_status', ours: statusOf(ours), theirs: statusOf(theirs) }]
  if (!runs(theirs.status))
    return ours.granted ? [{ kind: 'granted_not_paid', ours: { granted: true }, theirs: statusOf(theirs) }] : []
  const differences: Difference[] = []
  if (ours.planId !== theirs.plan.id)
    differences.push({ kind: 'wrong_plan', ours: { plan: ours.planCode }, theirs: { plan: theirs.plan.code } })
  if (ours.quantity !== theirs.plan.quantity)
    differences.push({
      kind: 'wrong_quantity',
      ours: { quantity: ours.quantity },
      theirs: { quantity: theirs.plan.quantity },
    })
  if (ours.entitled !== ours.granted)
    differences.push({
      kind: ours.granted ? 'granted_not_paid' : 'paid_not_granted',
      ours: { granted: ours.granted },
      theirs: statusOf(theirs),
    })
  if (!isDeepStrictEqual(ours.discounts, theirs.discounts))
    differences.push({ kind: 'wrong_discounts', ours: discountsOf(ours), theirs: discountsOf(theirs) })
  return [...differences, ...decideScheduledDrift(ours.scheduled, theirs.scheduled)]
}

/** Kinds of differences by member. All other members are of the subscription's terms. */
const KINDS: Readonly<Record<string, DriftKind>> = {
  'billing_subscription.status': 'wrong_status',
  'billing_subscription.planVersionId': 'wrong_plan',
  'billing_subscription.quantity': 'wrong_quantity',
  'billing_subscription.discounts': 'wrong_discounts',
}
const LINES: ReadonlySet<string> = new Set(['subscription_item', 'package_assignment'])
/** Columns whose value is the time of the comparison. */
const TIMES_OF_WRITING: ReadonlySet<string> = new Set(['endedAt', 'since', 'startedAt'])

/** Pure: differences that a sync would remove, one for each kind. */
export function decideSyncedDrift(found: readonly SyncedDifference[]): Difference[] {
  const byKind = Map.groupBy(found, ({ member }) => {
    const [table = ''] = member.split('.')
    return KINDS[member] ?? (LINES.has(table) ? 'wrong_lines' : 'wrong_terms')
  })
  return [...byKind].map(([kind, members]) => ({
    kind,
    ours: Object.fromEntries(members.map(({ member, ours }) => [member, shownValue(ours)])),
    theirs: Object.fromEntries(
      members.map(({ member, theirs }) => [
        member,
        TIMES_OF_WRITING.has(member.split('.')[1] ?? '') ? 'another time' : shownValue(theirs),
      ]),
    ),
  }))
}

/** A value as the report shows it. Of a row: how much of what. */
function shownValue(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object') return JSON.stringify(value)
  const { quantity, priceId } = value as { quantity?: number; priceId?: string }
  if (quantity !== undefined) return `${quantity}${priceId ? ` of ${priceId}` : ''}`
  return JSON.stringify(value)
}

const discountsOf = ({ discounts }: Pick<OurSubscription, 'discounts'>) => ({
  discounts: discounts.map(({ externalId }) => externalId).join(' and ') || 'none',
})

function decideScheduledDrift(ours: ScheduledPlan | null, theirs: ScheduledPlan | null): Difference[] {
  if (ours === null && theirs === null) return []
  const sides = { ours: ours && shown(ours), theirs: theirs && shown(theirs) }
  if (ours === null) return [{ kind: 'scheduled_change_unknown', ...sides }]
  return isDeepStrictEqual(sides.ours, sides.theirs) ? [] : [{ kind: 'scheduled_change_missing', ...sides }]
}

const shown = ({ code, quantity, price, at }: ScheduledPlan) => ({ plan: code, quantity, price, at: at.toISOString() })

const statusOf = ({ status }: { readonly status: SubscriptionStatus }) => ({ status })

/** Pure: whether a checkout that was paid at the provider is completed here. */
export function decideCheckoutDrift(ours: CheckoutStatus, theirs: { status: string; paid: boolean }): Difference[] {
  const completed = ours === 'COMPLETED' || ours === 'QUARANTINED'
  if (theirs.status !== 'COMPLETE' || !theirs.paid || completed) return []
  return [{ kind: 'paid_not_granted', ours: { status: ours }, theirs: { status: theirs.status, paid: true } }]
}
