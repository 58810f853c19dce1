import type { PurchaseRow, PurchaseStep } from '#entities/billing/purchase.entity.js'

/** A payment for the running period of a subscription: for the period itself, or for a change within it (`step`). */
export interface PeriodPayment {
  readonly id: string
  readonly quantity: number
  readonly step: PurchaseStep | null
  /** Its money was not returned. */
  readonly standing: boolean
  /** It is an invoice that can still be paid. */
  readonly open?: boolean
  /** The subscription's lines no longer contain what it paid for. */
  readonly reverted: boolean
  /** Each time that the lines lost what it paid for, and had it again, in turn: see `turn`. */
  readonly revertedAfter?: string | null
  /** ID of the invoice that it paid, or that it is. While the invoice was unpaid, turns named it. */
  readonly invoiceId?: string | null
}

/** Columns of a payment that a subscription's lines lose, or have again, now. */
export type Turn = Pick<PeriodPayment, 'id' | 'reverted'> & { readonly revertedAfter: string | null }

type Turned = Pick<PeriodPayment, 'revertedAfter'>

/** The end of a turn that is stored before the provider's line is written. */
export const BEGUN = ':begun'

/**
 * Pure: the payment is lost, or restored, after all payments of its chain. Each turn has the ID of the last payment, the number of the turn in the
 * chain, and the line before it: `<payment>:<number>:<quantity>:<price>`. Without a known line it is the ID alone. It replaces a turn that was begun.
 */
export const turn = (
  payment: Pick<PeriodPayment, 'id' | 'reverted' | 'revertedAfter'>,
  chain: readonly Pick<PeriodPayment, 'id' | 'revertedAfter'>[],
  line: LineTerms | null = null,
): Turn => {
  const { id, reverted } = payment
  const number = 1 + Math.max(0, ...chain.flatMap(parseTurns).map((one) => one.number))
  const now = [chain.at(-1)?.id ?? id, ...(line ? [number, line.quantity, line.priceId] : [])].join(':')
  return { id, reverted: !reverted, revertedAfter: [...completedTurns(payment), now].join(',') }
}

/** Pure: a turn of the payment is stored, and the provider may have its line. */
export const isBegun = ({ revertedAfter }: Turned): boolean => revertedAfter?.endsWith(BEGUN) ?? false

/** Pure: the payment without a turn that was begun. */
export const unbegun = (payment: Pick<PeriodPayment, 'id' | 'reverted' | 'revertedAfter'>): Turn => ({
  id: payment.id,
  reverted: payment.reverted,
  revertedAfter: completedTurns(payment).join(',') || null,
})

/** Pure: the line before an attempt that was interrupted. Null without one, or if another payment has changed the line since. */
export function lineBefore(chain: readonly PeriodPayment[]): LineTerms | null {
  const last = chain.at(-1)
  const turns = chain.filter(isBegun).map(({ revertedAfter }) => parseTurn(revertedAfter!.split(',').at(-1)!))
  return turns.find(({ after }) => after === last?.id || after === last?.invoiceId)?.line ?? null
}

const completedTurns = ({ revertedAfter }: Turned): string[] =>
  (revertedAfter?.split(',') ?? []).filter((text) => !text.endsWith(BEGUN))

const parseTurns = (payment: Turned) => completedTurns(payment).map(parseTurn)

function parseTurn(text: string) {
  const [after, number = '0', quantity, priceId = ''] = text.split(':')
  return { after, number: Number(number), line: quantity ? { priceId, quantity: Number(quantity) } : null }
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
  const { paid, expected } = paidOf(payments, line.quantity)
  if (paid.quantity === 0) return { kind: 'end' }
  const isDowngraded = expected.priceId !== null && line.priceId !== expected.priceId
  const priceId = isDowngraded ? line.priceId : (paid.priceId ?? line.priceId)
  // Turns of older releases are a guess, which must not make more of a refund.
  const isRefund = !payments.some(({ standing, reverted }) => standing && reverted)
  const quantity = isRefund && priceId === line.priceId ? Math.min(paid.quantity, line.quantity) : paid.quantity
  return priceId === line.priceId && quantity === line.quantity
    ? { kind: 'keep' }
    : { kind: 'change', to: { priceId, quantity } }
}

/** Pure: the quantity of an add-on that is still paid after payments for it were returned or restored. Removals since then stay. */
export const decideAddonQuantity = (payments: readonly PeriodPayment[], quantity: number): number =>
  paidOf(payments, quantity).paid.quantity

/** The terms that payments gave to a line, and those that are still paid. */
function paidOf(payments: readonly PeriodPayment[], quantity: number) {
  const period = new PaidPeriod(payments)
  const expected = period.terms(isOnLine)
  period.reach(quantity, isOnLine)
  return { expected, paid: period.terms(isStanding) }
}

/**
 * Pure: terms paid by the valid payments of a period, without open invoices. Null if there are none. The price is null if no payment changed
 * it.
 */
export function paidTerms(payments: readonly PeriodPayment[]): Terms | null {
  const paid = new PaidPeriod(payments).terms(({ standing, open }) => standing && !open)
  return paid.quantity === 0 ? null : paid
}

interface Terms {
  readonly priceId: string | null
  readonly quantity: number
}

type Counts = (payment: PeriodPayment) => boolean

/** Units that a payment added. Those without a payment are always there. */
interface Added {
  readonly payment: PeriodPayment | undefined
  readonly units: number
  /** The change of the price that the payment paid for. */
  readonly change: { readonly from: string; readonly to: string } | null
  readonly cuts: Cut[]
}

/** Units that were removed when the period had a number of entries. */
interface Cut {
  readonly at: number
  readonly units: number
  /** The change of the price to fewer units, and those after it: without all of them, the earlier price has the units. Null for a lower quantity. */
  readonly changes: Set<Added> | null
}

const isStanding: Counts = ({ standing }) => standing
const isOnLine: Counts = ({ reverted }) => !reverted

/** A turn, and the position of the payment after which it was. */
type PastTurn = ReturnType<typeof parseTurns>[number] & { readonly position: number }

/**
 * The turns of a payment. Null if one is not known: it names a payment that the period does not have, or a process of a release that does not know
 * turns wrote the row.
 */
function turnsOf(payments: readonly PeriodPayment[], payment: PeriodPayment): readonly PastTurn[] | null {
  const turns = parseTurns(payment).map((one) => ({
    ...one,
    position: payments.findIndex(({ id, invoiceId }) => id === one.after || invoiceId === one.after),
  }))
  const isUnknown = turns.some(({ position }) => position === -1) || (turns.length % 2 === 1) !== payment.reverted
  return isUnknown ? null : turns
}

/** Payments whose units the line had before some of their turns. */
const onLineBefore =
  (payments: readonly PeriodPayment[], isEarlier: (turn: PastTurn) => boolean): Counts =>
  (payment) =>
    (turnsOf(payments, payment) ?? []).filter(isEarlier).length % 2 === 0

/**
 * The units of a period by the payments that added them. A lower quantity removes the units that were added last, because their money became
 * credit first. It is known by the quantity with which the next payment begins, or by the line before the next turn.
 */
class PaidPeriod {
  readonly #added: Added[] = []

  constructor(payments: readonly PeriodPayment[]) {
    const base = payments.find(({ step }) => step === null)
    const first = payments.find(({ step }) => step !== null)?.step
    // A period without its own payment, for example one that began elsewhere, counts as paid.
    this.#add(base, base?.quantity ?? first?.fromQuantity ?? 1)
    for (const [index, payment] of payments.entries()) {
      if (payment.step !== null) this.#step(payments, index, payment.step)
      this.#lower(payments, index)
    }
  }

  #step(payments: readonly PeriodPayment[], index: number, step: PurchaseStep): void {
    const { fromPriceId: from, fromQuantity, toPriceId: to, toQuantity } = step
    const wasOnLine = this.#onLineAt(payments, index, fromQuantity)
    this.reach(fromQuantity, wasOnLine)
    const change = from !== null && from !== to ? { from, to } : null
    const before = this.#read(wasOnLine, this.#added.length)
    const added = this.#add(payments[index], Math.max(0, toQuantity - fromQuantity), change)
    if (!change) return
    for (const cut of before.cuts) cut.changes?.add(added)
    this.#cut(fromQuantity - toQuantity, before.units, new Set([added]))
  }

  /** Changes without a payment since the last one, or since the last turn: a line had fewer units, or another price, before a turn. */
  #lower(payments: readonly PeriodPayment[], index: number): void {
    const turns = payments
      .flatMap((payment) => turnsOf(payments, payment) ?? [])
      .filter((one) => one.position === index)
    for (const { number, line } of turns.toSorted((one, other) => one.number - other.number)) {
      if (!line) continue
      const wasOnLine = onLineBefore(
        payments,
        (one) => one.position < index || (one.position === index && one.number < number),
      )
      const { priceId } = this.terms(wasOnLine)
      if (line.priceId && priceId !== null && priceId !== line.priceId) {
        const before = this.#read(wasOnLine, this.#added.length)
        const added = this.#add(undefined, 0, { from: priceId, to: line.priceId })
        for (const cut of before.cuts) cut.changes?.add(added)
      }
      const { units } = this.#read(wasOnLine, this.#added.length)
      this.#cut(sumOf(units) - line.quantity, units, null)
    }
  }

  /** The line has a quantity: fewer units than counted were removed, and more are from elsewhere. */
  reach(quantity: number, counts: Counts): void {
    const more = quantity - this.terms(counts).quantity
    if (more > 0) this.#add(undefined, more)
    else this.#cut(-more, this.#read(counts, this.#added.length).units, null)
  }

  /** The terms after the payments that count. A quantity of 0 means that nothing is paid. The price is null if no payment changed it. */
  terms(counts: Counts): Terms {
    const { units, last } = this.#read(counts, this.#added.length)
    const priceId = last?.change?.to ?? this.#added.find(({ change }) => change)?.change?.from ?? null
    return { priceId, quantity: sumOf(units) }
  }

  #add(payment: PeriodPayment | undefined, units: number, change: Added['change'] = null): Added {
    const added = { payment, units, change, cuts: [] }
    this.#added.push(added)
    return added
  }

  /** Payments whose units the line had before one of them. Those with unknown turns are missing if fewer units were there, and the others had as many. */
  #onLineAt(payments: readonly PeriodPayment[], index: number, quantity: number): Counts {
    const before = onLineBefore(payments, ({ position }) => position < index)
    const known: Counts = (payment) => before(payment) && turnsOf(payments, payment) !== null
    return this.terms(before).quantity > quantity && this.terms(known).quantity >= quantity ? known : before
  }

  /** Removes the units that were added last. */
  #cut(units: number, present: readonly number[], changes: Cut['changes']): void {
    let left = units
    for (const [index, some] of [...present.entries()].toReversed()) {
      const less = Math.max(0, Math.min(some, left))
      if (less > 0) this.#added[index]!.cuts.push({ at: this.#added.length, units: less, changes })
      left -= less
    }
  }

  /** The units of the first entries, what removed some of them, and the last change of the price that is paid. One without anything paid before it pays for nothing. */
  #read(counts: Counts, end: number): { units: number[]; cuts: Cut[]; last: Added | null } {
    const paid: Added[] = []
    const useless = new Set<Added>()
    // A line has a unit as long as a change is paid, also if all others were removed, or added by returned payments.
    const kept = new Set<Added>()
    const cutsOf = (added: Added, until: number) =>
      added.cuts.filter(({ at, changes }) => at <= until && (!changes || paid.some((change) => changes.has(change))))
    const unitsOf = (until: number): number[] =>
      this.#added.slice(0, until).map((added) => {
        if (useless.has(added) || (added.payment && !counts(added.payment))) return 0
        const all = added.units + (kept.has(added) ? 1 : 0)
        return Math.max(0, all - sumOf(cutsOf(added, until).map(({ units }) => units)))
      })
    const keepOne = (some: readonly number[]) => {
      const last = paid.findLast(({ payment }) => payment)
      if (last && sumOf(some) === 0) kept.add(last)
    }
    for (const [index, added] of this.#added.slice(0, end).entries()) {
      keepOne(unitsOf(index))
      if (!added.change || (added.payment && !counts(added.payment))) continue
      if (sumOf(unitsOf(index)) === 0) useless.add(added)
      else paid.push(added)
      keepOne(unitsOf(index + 1).slice(0, -1))
    }
    keepOne(unitsOf(end))
    const units = unitsOf(end)
    const last = paid.at(-1) ?? null
    return { units, cuts: this.#added.flatMap((added) => cutsOf(added, end)), last }
  }
}

const sumOf = (units: readonly number[]): number => units.reduce((sum, one) => sum + one, 0)
