import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import {
  BEGUN,
  isBegun,
  isReturned,
  turn,
  unbegun,
  type LineTerms,
  type PeriodPayment,
  type Turn,
} from './decide-remaining.js'

/** Columns that decide whether a payment pays for the running period. */
export type RunningPayment = Pick<
  PurchaseRow,
  | 'id'
  | 'subscriptionId'
  | 'productId'
  | 'quantity'
  | 'step'
  | 'reverted'
  | 'revertedAfter'
  | 'purchasedAt'
  | 'status'
  | 'amountMinor'
  | 'reversedMinor'
  | 'creditMinor'
  | 'creditedMinor'
> & {
  /** Time of the invoice, or of the payment if it has none: a change is made before it is paid. */
  readonly changedAt: Date
  /** ID of the invoice that it paid, or that it is. Null if it paid none. */
  readonly ofInvoice: string | null
}

/** Payments for the running period of a subscription and its add-ons, in the order of what they pay for. */
export async function runningPurchases(
  sql: Sql,
  { accountId, provider, subscriptionId }: Pick<PurchaseRow, 'accountId' | 'provider' | 'subscriptionId'>,
  now: Date,
): Promise<(PurchaseRow & RunningPayment)[]> {
  return sql.query
    .selectFrom('purchase as p')
    .leftJoin('invoice as i', (join) =>
      join
        .onRef('i.accountId', '=', 'p.accountId')
        .onRef('i.provider', '=', 'p.provider')
        .onRef('i.externalId', '=', 'p.invoiceId'),
    )
    .selectAll('p')
    .select((eb) => [eb.fn.coalesce('i.createdAt', 'p.purchasedAt').as('changedAt'), 'i.id as ofInvoice'])
    .where('p.accountId', '=', accountId)
    .where('p.provider', '=', provider)
    .where('p.subscriptionId', '=', subscriptionId)
    .where('p.status', '<>', 'PENDING')
    .where('p.expiresAt', '>', now)
    .orderBy('changedAt')
    .orderBy('p.purchasedAt')
    .orderBy((eb) => eb('p.step', 'is not', null))
    .orderBy('p.id')
    .execute()
}

/** Pure: the last payment for a whole period, and the payments for changes since then. Payments for add-ons are left out. */
export function payments(
  catalog: CatalogSnapshot,
  running: readonly RunningPayment[],
  about: Pick<PurchaseRow, 'subscriptionId'>,
): PeriodPayment[] {
  const own = running.filter((purchase) => purchase.subscriptionId === about.subscriptionId)
  return sinceWholePeriod(own.filter((purchase) => !isPackage(catalog, purchase)))
}

/**
 * Pure: the payments for an add-on in its running period, in order. A payment for a whole period of the plan bills the add-on as well, so it
 * replaces the earlier ones.
 */
export function addonPayments(
  catalog: CatalogSnapshot,
  running: readonly RunningPayment[],
  { subscriptionId, productId }: Pick<PurchaseRow, 'subscriptionId' | 'productId'>,
): PeriodPayment[] {
  const own = running.filter((purchase) => purchase.subscriptionId === subscriptionId)
  const replaced = own.findLastIndex((purchase) => purchase.step === null && !isPackage(catalog, purchase))
  return sinceWholePeriod(own.slice(replaced + 1).filter((purchase) => purchase.productId === productId))
}

/** Pure: turns of the payments that an ended subscription loses now, with the line of its plan. Those that were lost before keep their turns. */
export const turnsOfEnd = (
  catalog: CatalogSnapshot,
  running: readonly RunningPayment[],
  line: LineTerms | null,
): Turn[] =>
  running
    .filter(({ reverted }) => !reverted)
    .map((payment) => {
      return isPackage(catalog, payment)
        ? turn(payment, addonPayments(catalog, running, payment))
        : turn(payment, payments(catalog, running, payment), line)
    })

/**
 * Pure: turns of the payments of a chain whose money was returned, or restored, since the line followed the last time. A turn that was begun and
 * whose money has turned back is removed.
 */
export const turnsOfLines = (chain: readonly PeriodPayment[], line: LineTerms | null): Turn[] =>
  chain.flatMap((payment) => {
    if (isTurning(payment)) return [turn(payment, chain, line)]
    return isBegun(payment) ? [unbegun(payment)] : []
  })

/** Pure: the same turns before the provider's line is written, so that a repeated attempt knows the line of before. */
export const begunTurns = (chain: readonly PeriodPayment[], line: LineTerms): Turn[] =>
  chain.filter(isTurning).map((payment) => {
    const { id, reverted } = payment
    return { id, reverted, revertedAfter: `${turn(payment, chain, line).revertedAfter}${BEGUN}` }
  })

/** Pure: the payments without these turns, because the provider has not accepted the line. */
export const rejectedTurns = (chain: readonly PeriodPayment[]): Turn[] => chain.filter(isTurning).map(unbegun)

const isTurning = ({ standing, reverted }: PeriodPayment): boolean => standing === reverted

const isPackage = (catalog: CatalogSnapshot, { productId }: Pick<PurchaseRow, 'productId'>): boolean =>
  catalog.productById.get(productId)?.type === 'PACKAGE'

/** The last payment for a whole period, and those after it. */
const sinceWholePeriod = (purchases: readonly RunningPayment[]): PeriodPayment[] =>
  purchases
    .slice(
      Math.max(
        0,
        purchases.findLastIndex(({ step }) => step === null),
      ),
    )
    .map((purchase) => ({
      id: purchase.id,
      quantity: purchase.quantity,
      step: purchase.step,
      standing: !isReturned(purchase),
      open: purchase.status === 'PENDING',
      reverted: purchase.reverted,
      revertedAfter: purchase.revertedAfter,
      invoiceId: purchase.ofInvoice,
    }))
