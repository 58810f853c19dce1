import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { canTransitionChange, type SubscriptionChangeStatus } from '#entities/billing/subscription-change-state.js'
import { isOfOneAccount, type CatalogPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { MappedItem } from './map-items.js'
import type { ScheduledTerms } from './scheduled-terms.js'

const DAY_MS = 86_400_000

/** Current terms of a subscriber, from the provider's lines and our records. */
export interface Terms {
  readonly plan: CatalogPlan
  readonly quantity: number
  /** Where our notes of changes go, by what the lines show. */
  readonly moves: readonly ChangeTransition[]
  /** The change that the line of the plan shows. Absent without one. */
  readonly change?: Pick<SubscriptionChangeRow, 'at' | 'asOf'>
}

export interface ChangeTransition {
  readonly id: string
  readonly to: SubscriptionChangeStatus
  readonly failureReason?: string
  /** Set if a scheduled change starts from other terms, because an immediate change took effect before it. */
  readonly rebase?: RebasedTerms
}

export type RebasedTerms = Pick<
  SubscriptionChangeRow,
  'fromPlanVersionId' | 'fromPriceId' | 'fromQuantity' | 'toQuantity' | 'effectiveAt'
>

export interface TermsInput {
  /** The line of the plan. */
  readonly item: MappedItem
  /** Changes that are requested, waiting for confirmation or scheduled. */
  readonly changes: readonly SubscriptionChangeRow[]
  /** True if the provider waits for the buyer's confirmation. Null if not reported. */
  readonly changePending: boolean | null
  /** Terms in effect, for a provider that bills changes from the next period on. Null for a provider that prorates. */
  readonly held?: Pick<BillingSubscriptionRow, 'planVersionId' | 'quantity' | 'currentPeriodEnd'> | null
  /** True if the last payment was for the current lines. Null if not reported. */
  readonly linesPaid?: boolean | null
  /** The period that runs is not paid: its payment failed, or is still to be collected. */
  readonly unpaid?: boolean
  /** True while a trial runs. */
  readonly trialing?: boolean
  /** End of the running trial. */
  readonly trialEnd?: Date | null
  /** Terms scheduled at the provider. Null if none. Undefined if the lines show them immediately. */
  readonly scheduled?: ScheduledTerms | null
  /** True if it has ended: scheduled changes are not made. */
  readonly ended: boolean
  /** Versions that the subscriber may keep: the one he has, then the one that his checkout offered. */
  readonly heldVersionIds: readonly (string | null | undefined)[]
}

/**
 * Pure: plan, version and quantity in effect. Subscribers keep their version. A change at the period end is stored next
 * to the provider's lines, or on them if the provider has no schedules: the earlier terms apply until a period starts
 * at its date. An increase also waits until that period is paid, because a grace period applies only to terms that were
 * paid for once.
 */
export function decideTerms(catalog: CatalogSnapshot, input: TermsInput): Terms | null {
  const { item, changes } = input
  const byLine = lineTerms(catalog, input)
  if (!byLine) return null
  const onLine = changes.filter((change) => change.toPriceId === item.priceId && change.toQuantity === item.quantity)
  const shown = input.ended ? undefined : onLine.find(({ kind }) => kind === 'PLAN')
  const extension = changes.find(({ kind }) => kind === 'TRIAL')
  const extended = extension && isExtended(extension, input) ? extension : undefined
  const takenBack = onLine.some(({ kind }) => kind === 'RESUME')
  const others = changes
    .filter((change) => change.kind === 'PLAN' && change !== shown)
    .flatMap((change) => {
      const rebase =
        afterExtension(change, extended) ??
        rebased(catalog, change, shown, item) ??
        rebasedBySchedule(change, input, byLine)
      return rebase
        ? [{ id: change.id, to: change.status, rebase }]
        : transitionsOf(change, unshown(change, input, takenBack))
    })
    .concat(extension ? transitionsOf(extension, extensionResult(extension, input)) : [])
    // A change that was waiting for its cancellation by the buyer is on the line now.
    .concat(
      onLine
        .filter(({ kind, status }) => kind === 'RESUME' && status === 'REQUIRES_CONFIRMATION')
        .flatMap((change) => transitionsOf(change, { to: 'APPLIED' })),
    )
  if (!shown) return { ...(heldUntilNextPeriod(catalog, input) ?? byLine), moves: others }
  const waits =
    shown.at === 'PERIOD_END' && (isAhead(shown, input) || (input.unpaid === true && raises(catalog, shown)))
  if (waits)
    return {
      plan: catalog.planByVersionId.get(shown.fromPlanVersionId ?? '') ?? byLine.plan,
      quantity: shown.fromQuantity ?? byLine.quantity,
      moves: [...others, ...transitionsOf(shown, { to: 'SCHEDULED' })],
    }
  return {
    plan: catalog.planByVersionId.get(shown.toPlanVersionId ?? '') ?? byLine.plan,
    quantity: item.quantity,
    moves: [...others, ...transitionsOf(shown, { to: 'APPLIED' })],
    change: shown,
  }
}

/**
 * An immediate change of only the quantity keeps a scheduled change of plan or interval: it starts from the new terms,
 * with the new quantity if its price is per unit. Null if the scheduled change is dropped.
 */
function rebased(
  catalog: CatalogSnapshot,
  planned: SubscriptionChangeRow,
  shown: SubscriptionChangeRow | undefined,
  item: MappedItem,
): RebasedTerms | null {
  if (planned.status !== 'SCHEDULED' || shown?.at !== 'NOW') return null
  if (shown.fromPriceId !== shown.toPriceId || planned.toPriceId === shown.toPriceId) return null
  const perUnit = catalog.priceById.get(planned.toPriceId ?? '')?.per !== null
  return {
    fromPlanVersionId: shown.toPlanVersionId,
    fromPriceId: shown.toPriceId,
    fromQuantity: shown.toQuantity,
    toQuantity: perUnit ? shown.toQuantity : planned.toQuantity,
    // A change that ended a trial began a new period.
    effectiveAt: item.currentPeriodEnd ?? planned.effectiveAt,
  }
}

const isExtended = ({ trialUntil }: SubscriptionChangeRow, { ended, trialing, trialEnd }: TermsInput): boolean =>
  !ended && trialing === true && trialUntil !== null && (trialEnd?.getTime() ?? 0) >= trialUntil.getTime()

/** A change that is scheduled for the end of the trial waits for the later end. */
function afterExtension(
  planned: SubscriptionChangeRow,
  extension: SubscriptionChangeRow | undefined,
): RebasedTerms | null {
  if (!extension?.trialUntil || planned.status !== 'SCHEDULED' || planned.effectiveAt >= extension.trialUntil)
    return null
  return { ...planned, effectiveAt: extension.trialUntil }
}

/** The end of the trial shows whether it was extended. */
function extensionResult(change: SubscriptionChangeRow, input: TermsInput): Next {
  if (input.ended) return { to: 'SUPERSEDED', failureReason: 'the subscription has ended' }
  if (isExtended(change, input)) return { to: 'APPLIED' }
  return input.trialing === false ? { to: 'FAILED', failureReason: 'the trial has ended' } : null
}

/**
 * The provider makes a scheduled change at its time, so it starts from the current line and follows the period end.
 * Null if nothing changed, or if the change is not stored at the provider and will not be written again.
 */
function rebasedBySchedule(
  change: SubscriptionChangeRow,
  input: TermsInput,
  { plan, quantity }: Pick<Terms, 'plan' | 'quantity'>,
): RebasedTerms | null {
  const { item, scheduled, ended, trialing } = input
  const { status, effectiveAt } = change
  if (ended || status !== 'SCHEDULED' || !(stands(change, scheduled) || isBeforeNewEnd(change, input))) return null
  if ((item.currentPeriodStart ?? change.asOf) >= effectiveAt) return null
  const end = trialing ? effectiveAt : (item.currentPeriodEnd ?? effectiveAt)
  if (isAsBefore(change, item) && end.getTime() === effectiveAt.getTime()) return null
  return {
    fromPlanVersionId: plan.versionId,
    fromPriceId: item.priceId,
    fromQuantity: quantity,
    toQuantity: change.toQuantity,
    effectiveAt: end,
  }
}

/** True if a new period began before the date of a change that must still be written to the provider, for example with more of an add-on. */
const isBeforeNewEnd = (change: SubscriptionChangeRow, { item, scheduled, trialing }: TermsInput): boolean =>
  change.at === 'PERIOD_END' &&
  !change.pushedToProvider &&
  scheduled !== undefined &&
  !trialing &&
  isAsBefore(change, item) &&
  (item.currentPeriodEnd?.getTime() ?? 0) - change.effectiveAt.getTime() >= DAY_MS

const isAsBefore = ({ fromPriceId, fromQuantity }: SubscriptionChangeRow, item: MappedItem): boolean =>
  fromPriceId === item.priceId && fromQuantity === item.quantity

/** The provider will make this very change, or has made it. */
export const stands = (
  { at, toPriceId, toQuantity, effectiveAt }: SubscriptionChangeRow,
  scheduled: ScheduledTerms | null | undefined,
): boolean =>
  at === 'PERIOD_END' &&
  scheduled?.priceId === toPriceId &&
  scheduled.quantity === toQuantity &&
  scheduled.at.getTime() === effectiveAt.getTime()

/**
 * True if the period in which a change was planned still runs. A period that began before the planned date and ends after it is a new
 * one: the trial was ended early, and this period was charged by the lines as they are.
 */
function isAhead({ asOf, effectiveAt }: SubscriptionChangeRow, { item, trialing = false }: TermsInput): boolean {
  if ((item.currentPeriodStart ?? asOf) >= effectiveAt) return false
  return trialing || !item.currentPeriodEnd || item.currentPeriodEnd.getTime() - effectiveAt.getTime() < DAY_MS
}

/** A higher plan, or more of the same. */
function raises(catalog: CatalogSnapshot, change: SubscriptionChangeRow): boolean {
  const from = catalog.planByVersionId.get(change.fromPlanVersionId ?? '')
  const to = catalog.planByVersionId.get(change.toPlanVersionId ?? '')
  if (!from || !to) return false
  return to.rank === from.rank ? (change.toQuantity ?? 1) > (change.fromQuantity ?? 1) : to.rank > from.rank
}

/** The line was changed elsewhere within a period paid at the earlier terms: those apply until its end. */
function heldUntilNextPeriod(
  catalog: CatalogSnapshot,
  { held, item, linesPaid = null }: TermsInput,
): Pick<Terms, 'plan' | 'quantity'> | null {
  const plan = held && catalog.planByVersionId.get(held.planVersionId)
  if (!plan || linesPaid) return null
  if (linesPaid === false) return { plan, quantity: held.quantity }
  if (!held.currentPeriodEnd || !item.currentPeriodEnd) return null
  return item.currentPeriodEnd <= held.currentPeriodEnd ? { plan, quantity: held.quantity } : null
}

function lineTerms(
  catalog: CatalogSnapshot,
  { item, heldVersionIds }: TermsInput,
): Pick<Terms, 'plan' | 'quantity'> | null {
  const current = catalog.planById.get(item.planId ?? '')
  if (!current) return null
  const negotiated = catalog.planByVersionId.get(catalog.priceById.get(item.priceId ?? '')?.planVersionId ?? '')
  const held = heldVersionIds
    .flatMap((versionId) => catalog.planByVersionId.get(versionId ?? '') ?? [])
    .find((version) => version.id === current.id && !isOfOneAccount(version))
  return { plan: negotiated ?? held ?? current, quantity: item.quantity }
}

type Next = Omit<ChangeTransition, 'id'> | null

/** Changes that the lines do not show: in progress, never confirmed, dropped, or overridden elsewhere. */
function unshown(change: SubscriptionChangeRow, input: TermsInput, takenBack: boolean): Next {
  const { item, ended, changePending, scheduled } = input
  if (ended) return { to: 'SUPERSEDED', failureReason: 'the subscription has ended' }
  if (stands(change, scheduled)) return change.status === 'REQUESTED' ? { to: 'SCHEDULED' } : null
  if (change.status === 'SCHEDULED' && takenBack) return { to: 'CANCELED' }
  if (change.status === 'SCHEDULED' && !change.pushedToProvider && isAsBefore(change, item)) return null
  if (change.status === 'SCHEDULED')
    return { to: 'SUPERSEDED', failureReason: 'the subscription was changed elsewhere' }
  if (change.status === 'REQUIRES_CONFIRMATION' && changePending === false)
    return { to: 'FAILED', failureReason: 'the payment was not confirmed in time' }
  return null
}

const transitionsOf = (change: SubscriptionChangeRow, next: Next): ChangeTransition[] =>
  next && canTransitionChange(change.status, next.to) ? [{ id: change.id, ...next }] : []
