import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import { inWords, type MoneyDifference } from './money-drift.js'

const DAY_MS = 86_400_000

/** The sales figures of one day in one currency, and what the purchases of that day add up to. */
interface SalesOfDay {
  readonly day: string
  readonly currency: string
  readonly figuresMinor: number
  readonly figuresBackMinor: number
  readonly purchasesMinor: number
  readonly purchasesBackMinor: number
}

/** Purchases that the sales figures have counted, with what they have counted as returned. */
const COUNTED = `select (p.purchased_at at time zone 'UTC')::date as day, p.product_id, p.currency, p.amount_minor, t.reversed_minor
  from purchase p join counted_purchase t on t.purchase_id = p.id`

/** Compares the sales figures of every day of a period with the money of the purchases that they count. */
export async function findSalesDrift(
  database: Database,
  { since, until }: ProviderPeriod,
): Promise<{ checked: number; differences: MoneyDifference[] }> {
  const days = await database.rows<SalesOfDay>(
    `with counted as (${COUNTED} where p.purchased_at >= $1 and p.purchased_at < $2)
     select day::text as day, currency, sum(figures)::bigint as figures_minor, sum(figures_back)::bigint as figures_back_minor,
       sum(money)::bigint as purchases_minor, sum(money_back)::bigint as purchases_back_minor
     from (
       select day, currency, gross_minor as figures, reversed_minor as figures_back, 0 as money, 0 as money_back
       from sales_daily where day >= ($1::timestamptz at time zone 'UTC')::date and day < ($2::timestamptz at time zone 'UTC')::date
       union all select day, currency, 0, 0, amount_minor, reversed_minor from counted
     ) part group by day, currency order by day, currency`,
    [startOfDay(since), new Date(startOfDay(until).getTime() + DAY_MS)],
  )
  return { checked: days.length, differences: days.flatMap((day) => salesDifference(day) ?? []) }
}

const startOfDay = (moment: Date): Date => new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS)

function salesDifference(found: SalesOfDay): MoneyDifference | null {
  const { day, currency, figuresMinor, figuresBackMinor, purchasesMinor, purchasesBackMinor } = found
  if (figuresMinor === purchasesMinor && figuresBackMinor === purchasesBackMinor) return null
  const words = (amountMinor: number) => inWords({ amountMinor, currency })
  return {
    kind: 'wrong_sales',
    object: `sales:${day}/${currency}`,
    accountId: null,
    description: `The sales figures of ${day} show ${words(figuresMinor)} received and ${words(figuresBackMinor)} returned; the purchases of that day add up to ${words(purchasesMinor)} and ${words(purchasesBackMinor)}.`,
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
  await transaction.run(`lock table sales_daily in share row exclusive mode`, [])
  await transaction.run(
    `update sales_daily set purchases = 0, gross_minor = 0, reversed_minor = 0 where day = $1::date and currency = $2`,
    [day, currency],
  )
  await transaction.run(
    `insert into sales_daily (day, product_id, currency, purchases, gross_minor, reversed_minor)
     select day, product_id, currency, count(*), sum(amount_minor), sum(reversed_minor)
     from (${COUNTED} where p.currency = $2 and p.purchased_at >= $1::date::timestamp at time zone 'UTC'
       and p.purchased_at < ($1::date + 1)::timestamp at time zone 'UTC') counted
     group by day, product_id, currency
     on conflict (day, product_id, currency) do update set purchases = excluded.purchases, gross_minor = excluded.gross_minor,
       reversed_minor = excluded.reversed_minor`,
    [day, currency],
  )
}
