import type { BillingContext } from '#services/billing/model/billing-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { lockName } from '#services/kernel/database/named-lock.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { closedMonths, journal, openMonth, openPostings, type JournalOfMonth, type OpenMonth } from './journal.js'
import { monthOf, nextMonth, readMonth, startOf } from './months.js'

const ROWS_AT_ONCE = 2_000

/**
 * Closes the journal of a month that has ended, and those of earlier months with facts: its postings are stored and never change. What is recorded
 * later of their facts is booked in the next open month. A repeated call has no effect.
 */
export async function closeJournal(context: BillingContext, said: string): Promise<JournalOfMonth | Denied> {
  requireOperator(context, 'ops:write')
  const month = readMonth(said)
  if (startOf(nextMonth(month)) > context.clock.now())
    return denied(refused('INVALID_PARAMETERS', 'month must have ended.', { field: 'month' }))
  let isClosed = false
  while (!isClosed) isClosed = await closeNext(context, month)
  return journal(context, month)
}

/** Closes the first open month up to a month. Returns true if there is none. */
async function closeNext(context: BillingContext, until: string): Promise<boolean> {
  const { database } = context
  const closed = await closedMonths(database)
  const last = closed.at(-1)
  const month = last ? nextMonth(last) : await firstMonth(database, until)
  if (month > until) return true
  const open = await openMonth(context, month, closed)
  await database.transaction(async (transaction) => {
    await lockName(transaction, 'journal')
    // Another call has closed it.
    if ((await closedMonths(transaction)).length > closed.length) return
    await writeMonth(context, transaction, open)
  })
  return false
}

async function writeMonth(context: BillingContext, transaction: Transaction, open: OpenMonth): Promise<void> {
  const { month } = open
  const postings = await openPostings(transaction, open)
  const sums = new Map<string, number>()
  for (const { key, currency, amountMinor } of postings)
    sums.set(`${key} ${currency}`, (sums.get(`${key} ${currency}`) ?? 0) + amountMinor)
  const wrong = [...sums].find(([, sum]) => sum !== 0)
  if (wrong) throw new AppError('INTERNAL', `The entry ${wrong[0]} of the journal does not sum to zero.`)
  const by = context.caller.principal
  await transaction.query
    .insertInto('journal_period')
    .values({ month, closedAt: context.clock.now(), closedBy: by })
    .execute()
  for (let start = 0; start < postings.length; start += ROWS_AT_ONCE)
    await transaction.query
      .insertInto('journal_posting')
      .values(
        postings
          .slice(start, start + ROWS_AT_ONCE)
          .map((posting, index) => ({ ...posting, month, position: start + index })),
      )
      .execute()
}

/** The month of the first fact, at most the given one. Earnings of vendors follow a purchase or an invoice. */
async function firstMonth({ query }: Sql, until: string): Promise<string> {
  const first = await Promise.all([
    query.selectFrom('invoice').select('createdAt as at').orderBy('createdAt').limit(1).executeTakeFirst(),
    query.selectFrom('purchase').select('purchasedAt as at').orderBy('purchasedAt').limit(1).executeTakeFirst(),
  ])
  return [until, ...first.flatMap((row) => (row ? monthOf(row.at) : []))].toSorted()[0]!
}
