import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BusinessClock } from '#services/kernel/clock/business-clock.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** Why a plan that was chosen is not in effect. */
export type PendingPlanState =
  | 'CREATING'
  | 'AWAITING_PAYMENT'
  | 'PROCESSING'
  | 'IN_REVIEW'
  | 'REQUESTED'
  | 'AWAITING_CONFIRMATION'
  | 'STARTS_LATER'

/** Step that is missing before a plan takes effect, as a sentence. Null: none. */
export const MISSING_STEPS: Readonly<Record<PendingPlanState, string | null>> = {
  CREATING: 'The provider has not created the payment page yet.',
  AWAITING_PAYMENT: 'The payment on the page of the provider.',
  PROCESSING: null,
  IN_REVIEW: 'The decision of an operator about the payment.',
  REQUESTED: 'The response of the provider.',
  AWAITING_CONFIRMATION: 'Your confirmation on the page of the bank or of PayPal.',
  STARTS_LATER: null,
}

/** A plan that was chosen and is not in effect. */
export interface PendingPlan {
  readonly id: string
  readonly state: PendingPlanState
  readonly planVersionId: string
  readonly priceId: string
  readonly quantity: number
  readonly actionUrl: string | null
  readonly requestedAt: Date
  readonly expiresAt: Date | null
  readonly startsAt: Date | null
  /** Null for a change of a running subscription. */
  readonly checkout: CheckoutRow | null
}

interface PendingContext extends IdentityContext {
  readonly clock: BusinessClock
}

/** Plans that an account has chosen and that are not in effect, newest first. */
export async function pendingPlans(context: PendingContext, accountId: string): Promise<PendingPlan[]> {
  await requireAccount(context, accountId, 'billing:read')
  const now = context.clock.now()
  const [checkouts, changes] = await Promise.all([
    waitingCheckouts(context.database, accountId, now),
    waitingChanges(context.database, accountId),
  ])
  const pending = [...checkouts.flatMap((row) => ofCheckout(row, now)), ...changes.flatMap(ofChange)]
  return pending.toSorted((one, other) => other.requestedAt.getTime() - one.requestedAt.getTime())
}

const waitingCheckouts = ({ query }: Sql, accountId: string, now: Date): Promise<CheckoutRow[]> =>
  query
    .selectFrom('checkout')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('groupCode', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['CREATING', 'PROCESSING']),
        eb.and([eb('status', '=', 'OPEN'), eb('expiresAt', '>', now)]),
        eb.and([eb('status', '=', 'QUARANTINED'), eb('resolution', 'is', null)]),
        eb.and([eb('status', '=', 'COMPLETED'), eb('startsAt', '>', now)]),
      ]),
    )
    .execute()

const waitingChanges = ({ query }: Sql, accountId: string): Promise<SubscriptionChangeRow[]> =>
  query
    .selectFrom('subscription_change')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('kind', '=', 'PLAN')
    .where('status', 'in', ['REQUESTED', 'REQUIRES_CONFIRMATION'])
    .execute()

const STATES: Partial<Record<CheckoutRow['status'], PendingPlanState>> = {
  CREATING: 'CREATING',
  PROCESSING: 'PROCESSING',
  QUARANTINED: 'IN_REVIEW',
  COMPLETED: 'STARTS_LATER',
}

/** ID of the pending plan of a checkout or change. */
const pendingPlanId = (id: string): string => `ppl_${id}`

/** ID of its checkout or change. */
export const sourceOfPendingPlan = (id: string): string => id.slice('ppl_'.length)

/** Pure: the plan that a checkout or a change leads to. Undefined if it is in effect, or nothing waits any more. */
export const pendingPlanOf = (row: CheckoutRow | SubscriptionChangeRow, now: Date): PendingPlan | undefined =>
  'groupCode' in row
    ? isWaiting(row, now)
      ? ofCheckout(row, now)[0]
      : undefined
    : row.kind === 'PLAN' && (row.status === 'REQUESTED' || row.status === 'REQUIRES_CONFIRMATION')
      ? ofChange(row)[0]
      : undefined

/** The condition of `waitingCheckouts`. */
function isWaiting({ groupCode, status, expiresAt, resolution, startsAt }: CheckoutRow, now: Date): boolean {
  if (groupCode === null) return false
  if (status === 'OPEN') return expiresAt !== null && expiresAt > now
  if (status === 'QUARANTINED') return resolution === null
  if (status === 'COMPLETED') return startsAt !== null && startsAt > now
  return status === 'CREATING' || status === 'PROCESSING'
}

function ofCheckout(row: CheckoutRow, now: Date): PendingPlan[] {
  // A plan by invoice waits for the buyer, and not for the bank.
  const isPayable = row.status === 'OPEN' || (row.status === 'PROCESSING' && row.invoiceTerms !== null)
  const state = isPayable ? 'AWAITING_PAYMENT' : STATES[row.status]
  if (!state || row.planVersionId === null) return []
  return [
    {
      id: pendingPlanId(row.id),
      state,
      planVersionId: row.planVersionId,
      priceId: row.priceId,
      quantity: row.quantity,
      actionUrl: isPayable ? row.url : null,
      requestedAt: row.createdAt,
      expiresAt: isPayable ? row.expiresAt : null,
      startsAt: row.startsAt && row.startsAt > now ? row.startsAt : null,
      checkout: row,
    },
  ]
}

function ofChange(row: SubscriptionChangeRow): PendingPlan[] {
  if (row.toPlanVersionId === null || row.toPriceId === null) return []
  return [
    {
      id: pendingPlanId(row.id),
      state: row.status === 'REQUESTED' ? 'REQUESTED' : 'AWAITING_CONFIRMATION',
      planVersionId: row.toPlanVersionId,
      priceId: row.toPriceId,
      quantity: row.toQuantity ?? 1,
      actionUrl: row.actionUrl,
      requestedAt: row.asOf,
      expiresAt: null,
      startsAt: row.at === 'PERIOD_END' ? row.effectiveAt : null,
      checkout: null,
    },
  ]
}
