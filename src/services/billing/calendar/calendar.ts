import type { BillingSubscriptionRow, StoredPause } from '#entities/billing/billing-subscription.entity.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { CompedPlan } from '#services/entitlements/plans/comped-plans-of-account.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import type { Money } from '#services/kernel/money/money.js'
import { isPaused } from '../model/is-paused.js'
import type { PendingPlan } from '../checkout/pending-plans.js'

export type CalendarEntryKind =
  | 'RENEWAL'
  | 'TRIAL_ENDS'
  | 'CANCELLATION'
  | 'PLAN_CHANGE'
  | 'PLAN_STARTS'
  | 'CHECKOUT_EXPIRES'
  | 'PAYMENT_ATTEMPT'
  | 'ACCESS_ENDS'
  | 'PAUSE_BEGINS'
  | 'PAUSE_ENDS'
  | 'COMPED_PLAN_ENDS'
  | 'CREDITS_EXPIRE'

/** Something that happens to an account at a known time. */
export interface CalendarEntry {
  readonly kind: CalendarEntryKind
  readonly at: Date
  /** The plan that begins, continues or ends. */
  readonly plan: CatalogPlan | null
  readonly money: Money | null
  readonly feature: string | null
  readonly amount: number | null
}

export interface CalendarInput {
  readonly catalog: CatalogSnapshot
  readonly snapshot: AccountSnapshot
  readonly subscription: BillingSubscriptionRow | null
  readonly items: readonly SubscriptionItemRow[]
  readonly scheduled: SubscriptionChangeRow | null
  readonly openInvoices: readonly InvoiceRow[]
  readonly pending: readonly PendingPlan[]
  readonly comped: readonly CompedPlan[]
  readonly now: Date
  readonly until: Date
}

/** Pure: the entries from now until a time, in the order of time. A plan that renews has its next renewal only. */
export function calendarOf(input: CalendarInput): CalendarEntry[] {
  const { now, until } = input
  return [
    ...subscriptionEntries(input),
    ...input.openInvoices.flatMap(({ dueAt, amountDueMinor, currency }) =>
      dueAt ? [entry('PAYMENT_ATTEMPT', dueAt, { money: { amountMinor: amountDueMinor, currency } })] : [],
    ),
    ...input.pending.flatMap((pending) => pendingEntries(input.catalog, pending)),
    ...input.comped.map(({ plan, until: at }) => entry('COMPED_PLAN_ENDS', at, { plan })),
    ...input.snapshot.grants.flatMap(({ feature, amount, used, expired, revoked, expiresAt, revokedAt }) => {
      const left = amount - used - expired - revoked
      return expiresAt && !revokedAt && left > 0 ? [entry('CREDITS_EXPIRE', expiresAt, { feature, amount: left })] : []
    }),
  ]
    .filter(({ at }) => at > now && at <= until)
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

function subscriptionEntries({ catalog, subscription, items, scheduled }: CalendarInput): CalendarEntry[] {
  if (!subscription) return []
  const { status, trialEnd, cancelAt, currentPeriodEnd, graceUntil, accessEndedAt, pause } = subscription
  const plan = catalog.planByVersionId.get(subscription.planVersionId) ?? null
  const next = catalog.planByVersionId.get(scheduled?.toPlanVersionId ?? '') ?? null
  const isTrial = status === 'TRIALING' && trialEnd !== null
  const isHealthy = status === 'ACTIVE' || isTrial || pause?.resumed === true
  const renews = isHealthy && !isPaused(subscription) && cancelAt === null && currentPeriodEnd !== null
  return [
    ...(isTrial ? [entry('TRIAL_ENDS', trialEnd, { plan })] : []),
    ...(cancelAt ? [entry('CANCELLATION', cancelAt, { plan })] : []),
    ...(scheduled && next ? [entry('PLAN_CHANGE', scheduled.effectiveAt, { plan: next })] : []),
    ...(renews && !scheduled ? [entry('RENEWAL', currentPeriodEnd, { plan, money: priceOf(catalog, items) })] : []),
    ...(pause && !cancelAt ? pauseEntries({ catalog, subscription, items }, plan, pause) : []),
    ...(status === 'PAST_DUE' && graceUntil && !accessEndedAt ? [entry('ACCESS_ENDS', graceUntil, { plan })] : []),
  ]
}

/** The dates of a pause. PayPal charges later than at its end. */
function pauseEntries(
  { catalog, subscription, items }: Pick<CalendarInput, 'catalog' | 'items'> & { subscription: BillingSubscriptionRow },
  plan: CatalogPlan | null,
  { paidUntil, resumesAt, resumed }: StoredPause,
): CalendarEntry[] {
  if (resumed) return []
  const isCharged = subscription.provider === 'STRIPE' && catalog.pause?.access !== 'KEEP'
  const money = isCharged ? priceOf(catalog, items) : null
  return [
    entry('PAUSE_BEGINS', new Date(paidUntil), { plan }),
    ...(resumesAt ? [entry('PAUSE_ENDS', new Date(resumesAt), { plan, money })] : []),
  ]
}

/** Price of the lines that are charged together at the next renewal. Null if one of them has no price here. */
function priceOf(catalog: CatalogSnapshot, items: readonly SubscriptionItemRow[]): Money | null {
  const first = items.map(({ currentPeriodEnd }) => currentPeriodEnd?.getTime() ?? Infinity)
  const due = items.filter(({ currentPeriodEnd }) => currentPeriodEnd?.getTime() === Math.min(...first))
  const prices = due.map(({ priceId, quantity }) => ({ price: catalog.priceById.get(priceId), quantity }))
  const currency = prices[0]?.price?.money.currency
  if (!currency || prices.some(({ price }) => price?.money.currency !== currency)) return null
  return {
    amountMinor: prices.reduce((sum, { price, quantity }) => sum + price!.money.amountMinor * quantity, 0),
    currency,
  }
}

function pendingEntries(catalog: CatalogSnapshot, pending: PendingPlan): CalendarEntry[] {
  const plan = catalog.planByVersionId.get(pending.planVersionId) ?? null
  return [
    ...(pending.expiresAt ? [entry('CHECKOUT_EXPIRES', pending.expiresAt, { plan })] : []),
    ...(pending.startsAt ? [entry('PLAN_STARTS', pending.startsAt, { plan })] : []),
  ]
}

const entry = (
  kind: CalendarEntryKind,
  at: Date,
  about: Partial<Omit<CalendarEntry, 'kind' | 'at'>> = {},
): CalendarEntry => ({ kind, at, plan: null, money: null, feature: null, amount: null, ...about })
