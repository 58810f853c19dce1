import type { Agreement, Bill, BillLine, Payment, Records } from './records.js'
import { returned } from './records.js'

/** Products that an account holds: a plan, its quantity, and the number of add-ons. */
export interface Held {
  readonly plan: string
  readonly quantity: number
  readonly addons: number
}

/** Allowed holding, with its reason. */
export interface Allowed extends Held {
  readonly because: string
}

/** Information that is missing in the provider's records: the party that ended a subscription. */
export interface Reported {
  readonly endedByCustomer: boolean
  /** Downgrades now, and add-ons that were removed now. They make no bill. */
  readonly lowered: readonly Lowered[]
}

/** Terms that a customer lowered immediately. */
export interface Lowered extends Held {
  /** The newest bill at that moment. */
  readonly afterBill: string | null
  /** The credit that was given for unused time. */
  readonly credit: number
}

export const NOTHING: Held = { plan: 'free', quantity: 1, addons: 0 }

const DAY = 86_400
/** Days of grace after the first failed attempt, by the catalog's default. */
const GRACE_DAYS = 10
/** A renewal is drafted at the period's end and charged an hour later. Entitlements last until the end of that day. */
const RENEWAL_SECONDS = 25 * 3600

/**
 * Returns the holdings that the provider's records allow now. Refunded, charged-back and disputed money pays for
 * nothing. The model reads bills, payments and subscriptions only. It shares no code and no rule table with the
 * product.
 */
export function allowedBy(records: Records, published: Reported): Allowed[] {
  const allowed = records.agreements.flatMap((agreement) => allowedByAgreement(records, agreement, published))
  const something = allowed.filter(({ plan }) => plan !== 'free')
  const nothing: Allowed = { ...NOTHING, because: 'no agreement gives anything' }
  return records.agreements.length === 0 || something.length === 0 ? [nothing] : allowed
}

function allowedByAgreement(records: Records, agreement: Agreement, { endedByCustomer, lowered }: Reported): Allowed[] {
  const isBack = (bill: Bill) => isReturned(records, bill, lowered)
  const nothing = (because: string): Allowed[] => [{ ...NOTHING, because }]
  const bills = records.bills.filter((bill) => bill.agreement === agreement.id && bill.status === 'paid')
  const disputed = bills.some((bill) => isDisputed(records, bill))
  // During a dispute the money may count or not: it must not buy anything new, and nothing has to be revoked.
  const readings = disputed ? [(bill: Bill) => isDisputed(records, bill), () => false] : [() => false]
  const terms = readings
    .map((isOut) => termsOf(records, bills, { lowered, isPaid: (bill) => !isBack(bill) && !isOut(bill) }))
    .filter((one) => one !== null)
  if (endedByCustomer) return nothing('the customer ended it at once')
  if (terms.length === 0) return nothing('nothing is paid for')
  const allowed = terms.flatMap((one) => allowedNow(records, agreement, wasPaid(bills, isBack), one))
  return disputed ? [...allowed, ...nothing('a payment is disputed')] : allowed
}

function allowedNow(records: Records, agreement: Agreement, isPaidOnce: boolean, { held, until }: Terms): Allowed[] {
  const nothing = (because: string): Allowed => ({ ...NOTHING, because })
  if (agreement.endedAt !== null)
    return records.now < until
      ? [nothing('the agreement has ended'), { ...held, because: 'ended, but the period is paid' }]
      : [nothing('the agreement has ended')]
  if (records.now < until) return [{ ...held, because: 'it is paid for' }]
  const overdue = records.bills.find(
    (bill) => bill.agreement === agreement.id && bill.status === 'open' && bill.attempted,
  )
  if (overdue === undefined && records.now < until + RENEWAL_SECONDS)
    return [{ ...held, because: 'the renewal is being charged' }]
  if (overdue?.finalAt == null || records.now >= overdue.finalAt + GRACE_DAYS * DAY)
    return [nothing('what is paid for is over')]
  if (!isPaidOnce) return [nothing('grace is only for what was paid once')]
  const billed = overdue.lines.find(({ kind, proration }) => kind === 'plan' && !proration)
  if (!billed || isHigher(billed, held)) return [{ ...held, because: 'grace' }]
  return [{ ...held, plan: billed.code, quantity: billed.quantity, because: 'grace for what the renewal bills' }]
}

const isHigher = ({ code, quantity }: BillLine, held: Held): boolean =>
  code === held.plan ? quantity > held.quantity : code === 'large'

interface Terms {
  readonly held: Held
  readonly until: number
}

/** A line as the bills have it, and the quantity that money pays for. */
interface PaidLine {
  readonly line: BillLine
  readonly paid: number
}

/**
 * Terms that the valid bills pay for: a full period pays for its quantity, a change for its addition or for another
 * plan. A refund for a past period changes no terms.
 */
function termsOf(
  records: Records,
  bills: readonly Bill[],
  { isPaid, lowered }: { isPaid: (bill: Bill) => boolean; lowered: readonly Lowered[] },
): Terms | null {
  const counts = (bill: Bill) => isPaid(bill) || bill.lines.every(({ end }) => end <= records.now)
  const lines = new Map<string, PaidLine>()
  for (const bill of bills) {
    apply(bill, counts(bill), lines)
    for (const one of lowered) if (one.afterBill === bill.id) lower(lines, one)
  }
  const paid = [...lines.values()]
    .filter((one) => one.paid > 0)
    .map((one): BillLine => ({ ...one.line, quantity: one.paid }))
  const plan = paid.find(({ kind }) => kind === 'plan')
  if (!plan) return null
  // An add-on may be paid for by the month beside a plan by the year.
  const addons = paid.filter(
    ({ kind, end }) => kind === 'addon' && (end === plan.end || records.now < end + RENEWAL_SECONDS),
  )
  return {
    held: { plan: plan.code, quantity: plan.quantity, addons: addons.reduce((sum, { quantity }) => sum + quantity, 0) },
    until: plan.end,
  }
}

/** Applies one bill to the lines: a whole period sets a line, a change replaces or removes it. */
function apply(bill: Bill, counts: boolean, lines: Map<string, PaidLine>): void {
  const whole = bill.lines.filter((line) => !line.proration)
  if (whole.some((line) => line.kind === 'plan')) lines.clear()
  for (const line of whole) lines.set(line.item, { line, paid: counts ? line.quantity : 0 })
  const charged = bill.lines.filter((line) => line.proration && line.amount > 0)
  for (const line of charged) {
    const credit = bill.lines.find(({ item, proration, amount }) => item === line.item && proration && amount < 0)
    lines.set(line.item, changed(lines.get(line.item), { from: credit?.quantity ?? 0, to: line }, counts))
  }
  for (const { item, proration, amount } of bill.lines)
    if (proration && amount < 0 && ![...whole, ...charged].some((line) => line.item === item)) lines.delete(item)
}

/** A lower plan, fewer of it, or fewer add-ons, without a bill. */
function lower(lines: Map<string, PaidLine>, { plan, quantity, addons }: Lowered): void {
  let left = addons
  for (const [item, { line, paid }] of lines) {
    const kept = line.kind === 'plan' ? quantity : Math.min(left, paid)
    if (line.kind === 'addon') left -= kept
    const code = line.kind === 'plan' ? plan : line.code
    if (kept === 0) lines.delete(item)
    else lines.set(item, { line: { ...line, code, quantity: kept }, paid: Math.min(paid, kept) })
  }
}

/** A line after a change within its period. Fewer units, or another plan, keep no more than was paid for before. */
function changed(
  before: PaidLine | undefined,
  { from, to }: { readonly from: number; readonly to: BillLine },
  isPaid: boolean,
): PaidLine {
  if (!before) return { line: to, paid: isPaid ? to.quantity : 0 }
  const left = Math.min(before.paid, from)
  const added = to.quantity - from
  if (to.code === before.line.code) {
    const paid = added > 0 ? left + (isPaid ? added : 0) : Math.min(left, to.quantity)
    return { line: to, paid }
  }
  if (!isPaid) return before
  return { line: to, paid: left === 0 ? 0 : Math.max(1, left + added) }
}

const paymentsOf = ({ payments }: Records, bill: Bill): Payment[] =>
  payments.filter((payment) => payment.bill === bill.id)

/**
 * True if the complete payment of a bill was returned, by refund and as credit. A bill paid by credit keeps its terms.
 */
function isReturned(records: Records, bill: Bill, lowered: readonly Lowered[]): boolean {
  const payments = paymentsOf(records, bill)
  const back = sum(payments.map(returned))
  const asCredit = Math.max(0, creditedFrom(records, bill, lowered) - (total(bill) - bill.due))
  return back > 0 && back + asCredit >= sum(payments.map(({ amount }) => amount))
}

const total = ({ lines }: Bill): number => sum(lines.map(({ amount }) => amount))

/** The part of a bill that became credit. Credit comes from the newest bill that has money or credit left. */
function creditedFrom(records: Records, bill: Bill, lowered: readonly Lowered[]): number {
  const paid = records.bills.filter(({ agreement, status }) => agreement === bill.agreement && status === 'paid')
  const credited = new Map<string, number>()
  for (const { afterBill, credit } of lowered) {
    let given = credit
    for (const earlier of paid.slice(0, paid.findIndex(({ id }) => id === afterBill) + 1).toReversed()) {
      const known = credited.get(earlier.id) ?? 0
      const back = sum(paymentsOf(records, earlier).map(returned))
      const share = Math.min(given, Math.max(0, total(earlier) - back - known))
      credited.set(earlier.id, known + share)
      given -= share
    }
  }
  return credited.get(bill.id) ?? 0
}

const wasPaid = (bills: readonly Bill[], isBack: (bill: Bill) => boolean): boolean =>
  bills.some((bill) => bill.lines.some(({ amount }) => amount > 0) && !isBack(bill))

const isDisputed = (records: Records, bill: Bill): boolean => paymentsOf(records, bill).some(({ disputed }) => disputed)

/** Checks the rules on the money alone, independent of the holdings. */
export function checkMoney(records: Records, { endedByCustomer }: Reported): string[] {
  const faults: string[] = []
  const paid = sum(records.payments.map(({ amount }) => amount))
  const back = sum(records.payments.map(returned))
  if (back + records.credit > paid)
    faults.push(`refunds ${back} and credit ${records.credit} are more than what was paid, ${paid}`)
  for (const payment of records.payments)
    if (returned(payment) > payment.amount)
      faults.push(`${payment.id} of ${payment.amount} went back as ${returned(payment)}`)
  for (const agreement of records.agreements.filter(({ endedAt }) => endedAt !== null)) {
    const bills = records.bills.filter((bill) => bill.agreement === agreement.id)
    if (endedByCustomer)
      for (const bill of bills)
        if (bill.status === 'open') faults.push(`${bill.id} is open though its agreement was ended`)
    for (const payment of records.payments)
      if (
        payment.at > (agreement.endedAt ?? 0) &&
        bills.some(({ id }) => id === payment.bill) &&
        returned(payment) < payment.amount
      )
        faults.push(`${payment.id} was paid after the end and is kept`)
  }
  return faults
}

/**
 * Money for the current period that is retained without holdings. By the documents, a customer who ends immediately
 * gets no refund.
 */
export function keptForNothing(records: Records, { endedByCustomer }: Reported): number {
  if (endedByCustomer) return 0
  const running = records.bills.filter(
    (bill) =>
      bill.status === 'paid' &&
      bill.lines.some((line) => line.amount > 0 && line.start <= records.now && records.now < line.end),
  )
  const payments = records.payments.filter(({ bill, disputed }) => !disputed && running.some(({ id }) => id === bill))
  return Math.max(0, sum(payments.map((payment) => payment.amount - returned(payment))) - records.credit)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
