import type { JournalKind } from '#entities/billing/journal-posting.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { BalanceBooking } from '#services/billing/providers/money-listing-port.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { bookedPostings, journalPostings, journalRevenue, type Posting } from './journal.sql.js'
import { nextMonth, startOf } from './months.js'

/** A posting, and the month of its fact. */
export interface OriginatedPosting extends Posting {
  readonly origin: string
}

/**
 * Reads what the balances at the providers have in addition to payments, refunds and transfers: fees, for example payouts to our bank, and at
 * Stripe the money that disputes withdraw and return, which inquiries leave there, and that of failed refunds.
 */
export async function feesOf(
  { providers, clock }: Pick<BillingContext, 'providers' | 'clock'>,
  month: string,
): Promise<Posting[]> {
  const found: Posting[] = []
  const period = { since: startOf(month), until: new Date(startOf(nextMonth(month)).getTime() - 1) }
  for (const [provider, balance] of [
    [providers.STRIPE, 'stripe_balance'],
    [providers.PAYPAL, 'paypal_balance'],
  ] as const)
    for await (const booking of provider?.listBalance(period, clock.now()) ?? [])
      found.push(...postingsOf(booking, balance))
  return found
}

interface Movement {
  readonly kind: JournalKind
  /** Null for money that is recorded here, too. */
  readonly ledgerAccount: string | null
}

const OTHER: Movement = { kind: 'FEE', ledgerAccount: 'other_provider_bookings' }
const NOTHING: Movement = { kind: 'FEE', ledgerAccount: null }

/** Movements of Stripe's balance whose times are known only there. */
const MOVED_BY_STRIPE: Partial<Record<BalanceBooking['kind'], Movement>> = {
  DISPUTE: { kind: 'DISPUTE', ledgerAccount: 'disputed_payments' },
  REFUND_FAILURE: { kind: 'REFUND', ledgerAccount: 'failed_refunds' },
}

function postingsOf({ externalId, kind, money, feeMinor, at }: BalanceBooking, balance: string): Posting[] {
  const { kind: entry, ledgerAccount: account } =
    (balance === 'stripe_balance' ? MOVED_BY_STRIPE[kind] : undefined) ?? (kind === 'OTHER' ? OTHER : NOTHING)
  const moved = account ? money.amountMinor : 0
  const posting = (ledgerAccount: string, amountMinor: number): Posting => ({
    key: `booking:${externalId}`,
    kind: entry,
    at,
    account: null,
    document: externalId,
    currency: money.currency,
    ledgerAccount,
    amountMinor,
  })
  return [
    posting('provider_fees', feeMinor),
    posting(account ?? balance, -moved),
    posting(balance, moved - feeMinor),
  ].filter(({ amountMinor }) => amountMinor !== 0)
}

/** Derives the postings of the facts of a month from what is recorded, and the given fees. */
export async function derivePostings(sql: Sql, month: string, fees: readonly Posting[]): Promise<OriginatedPosting[]> {
  const range = { from: startOf(month), to: startOf(nextMonth(month)) }
  const rows = [...(await sql.rows(journalPostings, range)), ...(await sql.rows(journalRevenue, range)), ...fees]
  return rows.map((row) => ({ ...row, origin: month }))
}

/**
 * Postings of an open month that correct a closed one: what its facts are now, less what is booked of them.
 * @param fees those of the month. Null: the booked ones count
 * @param at time of the corrections, at which the open month begins
 */
export async function deriveCorrections(
  sql: Sql,
  origin: string,
  { fees, at }: { readonly fees: readonly Posting[] | null; readonly at: Date },
): Promise<OriginatedPosting[]> {
  const differences = new Map<string, OriginatedPosting>()
  const add = (posting: Omit<Posting, 'at' | 'kind'>, sign: 1 | -1): void => {
    const { key, currency, ledgerAccount, amountMinor } = posting
    const place = [key, currency, ledgerAccount].join('\n')
    const known = differences.get(place)?.amountMinor ?? 0
    differences.set(place, { ...posting, kind: 'CORRECTION', at, origin, amountMinor: known + sign * amountMinor })
  }
  for (const posting of await derivePostings(sql, origin, fees ?? [])) add(posting, 1)
  for (const posting of await sql.rows(bookedPostings, { origin }))
    if (fees || !posting.key.startsWith('booking:')) add(posting, -1)
  return [...differences.values()].filter(({ amountMinor }) => amountMinor !== 0)
}
