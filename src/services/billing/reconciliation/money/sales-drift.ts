import { dayText, moneyText } from '#services/kernel/text/readable.js'
import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import { compareSales, lockSales, recountSales } from './money.sql.js'
import type { MoneyDifference } from './money-drift.js'

const DAY_MS = 86_400_000

/** The sales figures of one day in one currency, and what the purchases of that day add up to. */
export interface SalesOfDay {
  readonly day: string
  readonly currency: string
  readonly figuresMinor: number
  readonly figuresBackMinor: number
  readonly purchasesMinor: number
  readonly purchasesBackMinor: number
}

/** Compares the sales figures of every day of a period with the money of the purchases that they count. */
export async function findSalesDrift(
  database: Database,
  { since, until }: ProviderPeriod,
): Promise<{ checked: number; differences: MoneyDifference[] }> {
  const days = await database.rows(compareSales, {
    from: startOfDay(since),
    to: new Date(startOfDay(until).getTime() + DAY_MS),
  })
  return { checked: days.length, differences: days.flatMap((day) => salesDifference(day) ?? []) }
}

const startOfDay = (moment: Date): Date => new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS)

function salesDifference(found: SalesOfDay): MoneyDifference | null {
  const { day, currency, figuresMinor, figuresBackMinor, purchasesMinor, purchasesBackMinor } = found
  if (figuresMinor === purchasesMinor && figuresBackMinor === purchasesBackMinor) return null
  const words = (amountMinor: number) => moneyText({ amountMinor, currency })
  return {
    kind: 'wrong_sales',
    object: `sales:${day}/${currency}`,
    accountId: null,
    description: `The sales figures of ${dayText(new Date(day))} show ${words(figuresMinor)} received and ${words(figuresBackMinor)} returned; the purchases of that day add up to ${words(purchasesMinor)} and ${words(purchasesBackMinor)}.`,
    ours: { figuresMinor, figuresBackMinor, currency },
    theirs: { purchasesMinor, purchasesBackMinor, currency },
    action: 'APPLY',
    safe: false,
  }
}

/** Counts the sales figures of one day and currency again from its purchases. */
export async function correctSales(database: Database, object: string): Promise<boolean> {
  const match = /^sales:(\d{4}-\d\d-\d\d)\/([A-Z]{3})$/.exec(object)
  if (!match) return false
  const [, day = '', currency = ''] = match
  await database.transaction((transaction) => countAgain(transaction, day, currency))
  return true
}

async function countAgain(transaction: Transaction, day: string, currency: string): Promise<void> {
  // Purchases that are counted concurrently wait, so that none is lost.
  await transaction.run(lockSales)
  await transaction.query
    .updateTable('sales_daily')
    .set({ purchases: 0, grossMinor: 0, reversedMinor: 0 })
    .where('day', '=', day)
    .where('currency', '=', currency)
    .execute()
  await transaction.run(recountSales, { day, currency })
}
