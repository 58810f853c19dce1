import { PRICES } from './catalog.js'
import type { Held } from './model.js'
import { returned, type Bill, type BillLine, type Records } from './records.js'

/** Credit for unused time that a customer had before, and the end of the period that it was for. */
export interface GivenCredit {
  readonly amount: number
  readonly until: number
}

/**
 * Documented credit for lower terms: the earlier price times the remaining share of the period, rounded down per line,
 * at most the remaining money. No quota is used here, so that allowances do not matter. "after" is null for an end.
 */
export function promisedCredit(
  records: Records,
  before: Held,
  after: Held | null,
  given: readonly GivenCredit[],
): GivenCredit {
  const plan = lineNow(records, 'plan')
  const addon = lineNow(records, 'addon')
  const planCredit = plan
    ? shareOf(
        plan,
        priceOf(plan, before.plan) * before.quantity - (after ? priceOf(plan, after.plan) * after.quantity : 0),
        records,
      )
    : 0
  const removed = before.addons - (after?.addons ?? 0)
  const addonCredit = addon ? shareOf(addon, (PRICES['more_storage']?.month ?? 0) * removed, records) : 0
  const until = Math.max(plan?.end ?? 0, addon?.end ?? 0)
  return { amount: Math.max(0, Math.min(planCredit + addonCredit, moneyLeft(records, given))), until }
}

const YEAR_SECONDS = 300 * 86_400

/** The newest paid line of a kind whose period runs, with the bounds of its whole period. */
function lineNow(records: Records, kind: BillLine['kind']): BillLine | undefined {
  const lines = running(records).flatMap((bill) =>
    bill.lines.filter((line) => line.kind === kind && line.amount > 0 && covers(records, line)),
  )
  const newest = lines.at(-1)
  const whole = lines.findLast((line) => !line.proration && line.end === newest?.end)
  if (!newest || whole) return whole
  return { ...newest, start: monthBefore(newest.end) }
}

const covers = ({ now }: Records, { start, end }: BillLine): boolean => start <= now && now < end

/** Bills that pay for time that runs now. */
const running = (records: Records): Bill[] =>
  records.bills.filter((bill) => bill.status === 'paid' && bill.lines.some((line) => covers(records, line)))

function priceOf({ start, end }: BillLine, code: string): number {
  const price = PRICES[code] ?? { month: 0, year: 0 }
  return end - start > YEAR_SECONDS ? price.year : price.month
}

const shareOf = ({ start, end }: BillLine, price: number, { now }: Records): number =>
  Math.floor((price * (end - now)) / (end - start))

/**
 * Money that was paid and did not become credit must cover the holdings for the rest of the paid period. Refunds do not
 * count: a partial refund changes no terms.
 */
export function checkCredits(records: Records, held: Held): string[] {
  const plan = lineNow(records, 'plan')
  if (!plan || records.credit === 0 || held.plan === 'free') return []
  const worth = shareOf(plan, priceOf(plan, held.plan) * held.quantity, records)
  const kept = sum(records.payments.map(({ amount }) => amount)) - records.credit
  if (kept >= worth) return []
  return [`held is worth ${worth} for the rest of the period; ${kept} was paid beside the credit of ${records.credit}`]
}

/** Money paid for the current period that was neither refunded nor credited. A disputed payment may be lost. */
function moneyLeft(records: Records, given: readonly GivenCredit[]): number {
  const paid = running(records).map((bill) => {
    const payments = records.payments.filter((payment) => payment.bill === bill.id)
    if (payments.some(({ disputed }) => disputed)) return 0
    return (
      bill.lines.reduce((sum, { amount }) => sum + amount, 0) - payments.reduce((sum, one) => sum + returned(one), 0)
    )
  })
  const credited = given.filter(({ until }) => until > records.now)
  return Math.max(0, sum(paid.map((amount) => Math.max(0, amount))) - sum(credited.map(({ amount }) => amount)))
}

function monthBefore(end: number): number {
  const date = new Date(end * 1000)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 0)).getUTCDate()
  return date.setUTCMonth(date.getUTCMonth() - 1, Math.min(date.getUTCDate(), last)) / 1000
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
