import type { Agreement, Bill, BillLine, Payment, Records } from './records.js'
import { returned } from './records.js'

/** What an account holds of what is sold: a plan, how many, and how many add-ons. */
export interface Held {
  readonly plan: string
  readonly quantity: number
  readonly addons: number
}

/** What may be held, and why. */
export interface Allowed extends Held {
  readonly because: string
}

/** What only the person knows: the provider's records do not say who ended an agreement. */
export interface Told {
  readonly endedByCustomer: boolean
}

export const NOTHING: Held = { plan: 'free', quantity: 1, addons: 0 }

const DAY = 86_400
/** Days of grace after the first failed attempt, by the catalog's default. */
const GRACE_DAYS = 10
/** A renewal is drafted at the period's end and charged an hour later; rights last until the day of the end is over. */
const RENEWAL_SECONDS = 25 * 3600

/**
 * What the provider's records allow an account to hold now. Money that was given back, taken by the bank or is disputed pays for nothing. The
 * model reads bills, payments and agreements only; it shares no code and no rule table with the product.
 */
export function allowedBy(records: Records, { endedByCustomer }: Told): Allowed[] {
  const allowed = records.agreements.flatMap((agreement) => allowedByAgreement(records, agreement, endedByCustomer))
  const something = allowed.filter(({ plan }) => plan !== 'free')
  const nothing: Allowed = { ...NOTHING, because: 'no agreement gives anything' }
  return records.agreements.length === 0 || something.length === 0 ? [nothing] : allowed
}

function allowedByAgreement(records: Records, agreement: Agreement, endedByCustomer: boolean): Allowed[] {
  const nothing = (because: string): Allowed[] => [{ ...NOTHING, because }]
  const bills = records.bills.filter((bill) => bill.agreement === agreement.id && bill.status === 'paid')
  const disputed = bills.some((bill) => isDisputed(records, bill))
  // While a bank asks, the money may count or not: nothing new is bought with it, and nothing need be taken away.
  const readings = disputed ? [(bill: Bill) => isDisputed(records, bill), () => false] : [() => false]
  const terms = readings
    .map((isOut) => termsOf(records, bills, (bill) => !isReturned(records, bill) && !isOut(bill)))
    .filter((one) => one !== null)
  if (endedByCustomer && agreement.endedAt === null) return nothing('the customer ended it at once')
  if (terms.length === 0) return nothing('nothing is paid for')
  const allowed = terms.flatMap((one) => allowedNow(records, agreement, bills, one))
  return disputed ? [...allowed, ...nothing('a payment is disputed')] : allowed
}

function allowedNow(records: Records, agreement: Agreement, bills: readonly Bill[], { held, until }: Terms): Allowed[] {
  const nothing = (because: string): Allowed => ({ ...NOTHING, because })
  if (agreement.endedAt !== null)
    return records.now < until
      ? [nothing('the agreement has ended'), { ...held, because: 'ended, but the period is paid' }]
      : [nothing('the agreement has ended')]
  if (records.now < until) {
    const running = currentMain(records, bills)
    const paid: Allowed = { ...held, because: 'it is paid for' }
    return running && isReturned(records, running) ? [paid, nothing('the money of the period went back')] : [paid]
  }
  const owing = records.bills.find(
    (bill) => bill.agreement === agreement.id && bill.status === 'open' && bill.attempted,
  )
  if (owing === undefined && records.now < until + RENEWAL_SECONDS)
    return [{ ...held, because: 'the renewal is being charged' }]
  if (owing?.finalAt == null || records.now >= owing.finalAt + GRACE_DAYS * DAY)
    return [nothing('what is paid for is over')]
  return wasPaid(records, bills) ? [{ ...held, because: 'grace' }] : [nothing('grace is only for what was paid once')]
}

interface Terms {
  readonly held: Held
  readonly until: number
}

/** The terms that a sequence of bills leads to: a whole period sets a line, a change replaces or removes it. */
function termsOf(records: Records, bills: readonly Bill[], counts: (bill: Bill) => boolean): Terms | null {
  const lines = new Map<string, BillLine>()
  for (const bill of bills) {
    if (!counts(bill)) {
      // A period whose money is gone ends what it would have paid for; a change whose money is gone did not happen.
      for (const line of bill.lines) if (!line.proration) lines.delete(line.item)
      continue
    }
    const whole = bill.lines.filter((line) => !line.proration)
    if (whole.some((line) => line.kind === 'plan')) lines.clear()
    for (const line of whole) lines.set(line.item, line)
    const charged = bill.lines.filter((line) => line.proration && line.amount > 0)
    for (const line of charged) lines.set(line.item, line)
    for (const { item, proration, amount } of bill.lines)
      if (proration && amount < 0 && ![...whole, ...charged].some((line) => line.item === item)) lines.delete(item)
  }
  const plan = [...lines.values()].find(({ kind }) => kind === 'plan')
  if (!plan) return null
  // An add-on may be paid for by the month beside a plan by the year.
  const addons = [...lines.values()].filter(
    ({ kind, end }) => kind === 'addon' && (end === plan.end || records.now < end + RENEWAL_SECONDS),
  )
  return {
    held: { plan: plan.code, quantity: plan.quantity, addons: addons.reduce((sum, { quantity }) => sum + quantity, 0) },
    until: plan.end,
  }
}

/** The latest bill of a whole period of a plan that runs now. */
function currentMain(records: Records, bills: readonly Bill[]): Bill | undefined {
  return bills.findLast(({ lines }) =>
    lines.some(
      (line) => line.kind === 'plan' && !line.proration && line.start <= records.now && records.now < line.end,
    ),
  )
}

const paymentsOf = ({ payments }: Records, bill: Bill): Payment[] =>
  payments.filter((payment) => payment.bill === bill.id)

/** Whether all the money of a bill that money paid is gone. A bill that credit paid keeps what it paid for. */
function isReturned(records: Records, bill: Bill): boolean {
  const payments = paymentsOf(records, bill)
  return payments.length > 0 && payments.every((payment) => returned(payment) >= payment.amount)
}

const wasPaid = (records: Records, bills: readonly Bill[]): boolean =>
  bills.some((bill) => paymentsOf(records, bill).some((payment) => returned(payment) < payment.amount))

const isDisputed = (records: Records, bill: Bill): boolean => paymentsOf(records, bill).some(({ disputed }) => disputed)

/** What must hold of the money alone, whatever is held. */
export function moneyFaults(records: Records, { endedByCustomer }: Told): string[] {
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

/** Money for the running period that is kept though nothing is held; a customer who ends at once gets nothing back by the documents. */
export function keptForNothing(records: Records, { endedByCustomer }: Told): number {
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
