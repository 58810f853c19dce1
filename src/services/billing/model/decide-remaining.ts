import type { PurchaseRow, PurchaseStep } from '#entities/billing/purchase.entity.js'

/** A payment for the running period of a subscription: for the period itself, or for a change within it (`step`). */
export interface PeriodPayment {
  readonly id: string
  readonly quantity: number
  readonly step: PurchaseStep | null
  /** Its money was not returned. */
  readonly standing: boolean
  /** The subscription's lines no longer contain what it paid for. */
  readonly reverted: boolean
}

/** Price and quantity of a subscription's line. */
export interface LineTerms {
  readonly priceId: string
  readonly quantity: number
}

export type Remaining =
  | { readonly kind: 'keep' }
  | { readonly kind: 'change'; readonly to: LineTerms }
  /** No standing payment is left. */
  | { readonly kind: 'end' }

/** Pure: whether all the money of a purchase was returned. An open dispute has not decided that. */
export function isReturned(
  purchase: Pick<PurchaseRow, 'status' | 'amountMinor' | 'reversedMinor' | 'creditMinor' | 'creditedMinor'>,
): boolean {
  if (purchase.status === 'DISPUTED' || purchase.amountMinor === 0 || purchase.reversedMinor === 0) return false
  const asCredit = Math.max(0, purchase.creditedMinor - purchase.creditMinor)
  return purchase.reversedMinor + asCredit >= purchase.amountMinor
}

/**
 * Pure: the terms that are still paid after payments of a period were returned. A quantity is what the remaining payments paid for. A change to
 * another plan rests on the payment before it: without that one it pays for nothing. The order of returns is irrelevant.
 * Downgrades since then cost nothing and stay.
 */
export function decideRemaining(payments: readonly PeriodPayment[], line: LineTerms): Remaining {
  const { paid, expected, more } = paidOf(payments, line.quantity)
  if (paid.quantity === 0) return { kind: 'end' }
  const isDowngraded = expected.priceId !== null && line.priceId !== expected.priceId
  const priceId = isDowngraded ? line.priceId : (paid.priceId ?? line.priceId)
  // A refund adds no units: only a restored payment does, or an earlier price that had more.
  const mayAdd = priceId !== line.priceId || payments.some(({ standing, reverted }) => standing && reverted)
  const quantity = Math.min(paid.quantity + more, mayAdd ? Number.POSITIVE_INFINITY : line.quantity)
  return priceId === line.priceId && quantity === line.quantity
    ? { kind: 'keep' }
    : { kind: 'change', to: { priceId, quantity } }
}

/** Pure: the quantity of an add-on that is still paid after payments for it were returned or restored. Removals since then stay. */
export function decideAddonQuantity(payments: readonly PeriodPayment[], quantity: number): number {
  const { paid, more } = paidOf(payments, quantity)
  return paid.quantity + more
}

/** The terms that payments gave to a line, and those that are still paid. A line with fewer units was lowered since then, and one with more has them from elsewhere. */
function paidOf(payments: readonly PeriodPayment[], quantity: number) {
  const expected = termsOf(payments, ({ reverted }) => !reverted)
  const more = quantity - expected.quantity
  const paid = termsOf(payments, ({ standing }) => standing, Math.max(0, -more))
  return { expected, paid, more: Math.max(0, more) }
}

/**
 * Pure: terms paid by the valid payments of a period. Null if there are none. The price is null if no payment changed
 * it.
 */
export function paidTerms(payments: readonly PeriodPayment[]): { priceId: string | null; quantity: number } | null {
  const paid = termsOf(payments, ({ standing }) => standing)
  return paid.quantity === 0 ? null : paid
}

/** Units that a payment added. */
interface Added {
  readonly payment: PeriodPayment | undefined
  units: number
  /** Number of these units that the line lost when the payment was returned. */
  gone: number
}

/**
 * The terms after the payments that count. A lower quantity removes the units that were added last, because their money became credit first. A
 * quantity of 0 means that nothing is paid. The price is null if no payment changed it.
 */
function termsOf(
  payments: readonly PeriodPayment[],
  counts: (payment: PeriodPayment) => boolean,
  fewerNow = 0,
): { readonly priceId: string | null; readonly quantity: number } {
  const base = payments.find(({ step }) => step === null)
  const steps = payments.flatMap((payment) => (payment.step ? [{ payment, step: payment.step }] : []))
  // A period without its own payment, for example one that began elsewhere, counts as paid.
  let reached = base?.quantity ?? steps[0]?.step.fromQuantity ?? 1
  const added: Added[] = [{ payment: base, units: reached, gone: 0 }]
  // Units that changes of the price removed whose payments do not count: the earlier price has them, a later one does not.
  let undone: { readonly from: readonly Added[]; units: number }[] = []
  const quantity = (): number =>
    added.reduce((sum, { payment, units }) => (!payment || counts(payment) ? sum + units : sum), 0)
  let priceId = steps.find(({ step }) => changesPrice(step))?.step.fromPriceId ?? null
  for (const { payment, step } of steps) {
    // Fewer than before: units of returned payments, and without those a downgrade between two payments.
    lower(added, lose(added, reached - step.fromQuantity))
    // More than before: a change was undone.
    lower(undone, step.fromQuantity - reached)
    const more = step.toQuantity - step.fromQuantity
    reached = step.toQuantity
    if (changesPrice(step)) {
      if (quantity() === 0) continue
      undone.push({ from: [...added], units: Math.max(0, -more) })
      if (counts(payment)) {
        priceId = step.toPriceId
        for (const { from, units } of undone) lower(from, units)
        undone = []
        // A change that is paid has a unit, also if all that is left was added by returned payments.
        if (quantity() === 0) {
          lower(added, 1)
          added.unshift({ payment, units: 1, gone: 0 })
        }
      }
    }
    added.push({ payment, units: Math.max(0, more), gone: 0 })
  }
  lose(added, Number.POSITIVE_INFINITY)
  lower(added, fewerNow)
  return { priceId, quantity: quantity() }
}

/** Removes the units that were added last. */
function lower(entries: readonly { units: number; readonly gone?: number }[], units: number): void {
  let left = Math.max(0, units)
  for (const one of entries.toReversed()) {
    const less = Math.min(one.units - (one.gone ?? 0), left)
    one.units -= less
    left -= less
  }
}

/** Counts units of returned payments as gone, and returns how many of the lost units those do not explain. */
function lose(added: readonly Added[], units: number): number {
  let left = Math.max(0, units)
  for (const one of added.filter(({ payment }) => payment?.reverted)) {
    const less = Math.min(one.units - one.gone, left)
    one.gone += less
    left -= less
  }
  return left
}

const changesPrice = (step: PurchaseStep): boolean => step.fromPriceId !== null && step.fromPriceId !== step.toPriceId
