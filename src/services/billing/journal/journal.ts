import type { BillingContext } from '#services/billing/model/billing-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Table } from '#services/kernel/files/table.js'
import { toDecimal, type Money } from '#services/kernel/money/money.js'
import { deriveCorrections, derivePostings, feesOf, type OriginatedPosting } from './derive-journal.js'
import type { Posting } from './journal.sql.js'
import { nextMonth, readMonth, startOf } from './months.js'

/** The journal of a month. */
export interface JournalOfMonth {
  readonly month: string
  /** Null while it is open. */
  readonly closedAt: Date | null
  /** By time. Those of an entry follow each other. */
  readonly postings: readonly OriginatedPosting[]
}

/** An entry of the journal, whose postings sum to zero. */
export interface JournalEntry extends Pick<Posting, 'key' | 'kind' | 'at' | 'account' | 'document'> {
  readonly postings: readonly OriginatedPosting[]
}

/** Reads the journal of a month for operators: the stored one if it is closed, otherwise that of what is recorded now. */
export async function journal(context: BillingContext, said: string): Promise<JournalOfMonth> {
  requireOperator(context, 'ops:read')
  const month = readMonth(said)
  const { database } = context
  const closed = await closedMonth(database, month)
  if (!closed) {
    const open = await openMonth(context, month, await closedMonths(database))
    return { month, closedAt: null, postings: await openPostings(database, open) }
  }
  const rows = await database.query
    .selectFrom('journal_posting')
    .select(['key', 'origin', 'kind', 'at', 'account', 'document', 'currency', 'ledgerAccount', 'amountMinor'])
    .where('month', '=', month)
    .orderBy('position')
    .execute()
  return { month, closedAt: closed.closedAt, postings: rows }
}

const closedMonth = ({ query }: Sql, month: string) =>
  query.selectFrom('journal_period').select('closedAt').where('month', '=', month).executeTakeFirst()

/** Months that are closed, ascending. */
export const closedMonths = async ({ query }: Sql): Promise<string[]> =>
  (await query.selectFrom('journal_period').select('month').orderBy('month').execute()).map(({ month }) => month)

/** An open month, and the closed ones whose corrections it has. */
export interface OpenMonth {
  readonly month: string
  readonly corrected: readonly string[]
  /** By month. */
  readonly fees: ReadonlyMap<string, readonly Posting[]>
}

/** Reads what an open month needs from the provider. The first after closed ones has their corrections. */
export async function openMonth(context: BillingContext, month: string, closed: readonly string[]): Promise<OpenMonth> {
  const last = closed.at(-1)
  const corrected = last && nextMonth(last) === month ? closed : []
  const fees = new Map<string, readonly Posting[]>()
  // The balance of a month is complete a month later. Of earlier months, what is booked counts.
  for (const one of [...corrected.slice(-1), month]) fees.set(one, await feesOf(context, one))
  return { month, corrected, fees }
}

/** Derives the postings of an open month, in their order. */
export async function openPostings(sql: Sql, { month, corrected, fees }: OpenMonth): Promise<OriginatedPosting[]> {
  const postings = await derivePostings(sql, month, fees.get(month)!)
  for (const origin of corrected)
    postings.push(...(await deriveCorrections(sql, origin, { fees: fees.get(origin) ?? null, at: startOf(month) })))
  return postings.toSorted(
    (left, right) =>
      left.at.getTime() - right.at.getTime() ||
      compare(left.key, right.key) ||
      compare(left.currency, right.currency) ||
      right.amountMinor - left.amountMinor ||
      compare(left.ledgerAccount, right.ledgerAccount),
  )
}

/** The order of code units is the same on every machine. */
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Pure: the entries of postings that are in their order. */
export function entriesOf(postings: readonly OriginatedPosting[]): JournalEntry[] {
  const entries: { head: OriginatedPosting; postings: OriginatedPosting[] }[] = []
  for (const posting of postings) {
    const last = entries.at(-1)
    if (last?.head.key === posting.key && last.head.kind === posting.kind) last.postings.push(posting)
    else entries.push({ head: posting, postings: [posting] })
  }
  return entries.map(({ head: { key, kind, at, account, document }, postings: of }) => ({
    key,
    kind,
    at,
    account,
    document,
    postings: of,
  }))
}

/** Pure: debits and credits of each account of the journal in each currency. */
export function totalsOf(postings: readonly OriginatedPosting[]) {
  const sums = new Map<string, { ledgerAccount: string; debit: Money; credit: Money }>()
  for (const { ledgerAccount, currency, amountMinor } of postings) {
    const none = { amountMinor: 0, currency }
    const { debit, credit } = sums.get(`${currency} ${ledgerAccount}`) ?? { debit: none, credit: none }
    sums.set(`${currency} ${ledgerAccount}`, {
      ledgerAccount,
      debit: { currency, amountMinor: debit.amountMinor + Math.max(0, amountMinor) },
      credit: { currency, amountMinor: credit.amountMinor + Math.max(0, -amountMinor) },
    })
  }
  return [...sums].toSorted(([left], [right]) => compare(left, right)).map(([, sum]) => sum)
}

/** The journal of a month as a file for accountants: a row for each posting. */
export async function journalCsv(context: BillingContext, month: string): Promise<Table> {
  const { postings } = await journal(context, month)
  return {
    columns: [
      'entry',
      'type',
      'time',
      'account',
      'document',
      'of_month',
      'currency',
      'ledger_account',
      'debit',
      'credit',
    ],
    rows: postings.map(({ key, kind, at, account, document, origin, currency, ledgerAccount, amountMinor }) => {
      const amount = toDecimal({ amountMinor: Math.abs(amountMinor), currency })
      const [debit, credit] = amountMinor > 0 ? [amount, ''] : ['', amount]
      return [key, kind, at.toISOString(), account ?? '', document, origin, currency, ledgerAccount, debit, credit]
    }),
  }
}
