import { sql } from 'kysely'
import type { EarningsEntryRow } from '#entities/marketplace/earnings-entry.entity.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

/** An earnings entry with what was sold. */
export interface StatementLine extends EarningsEntryRow {
  readonly templateId: string | null
  readonly templateName: string | null
  readonly slug: string | null
}

/** Entries of a vendor in a range. */
const selectEntries = (database: Sql, vendorId: string, { from, to }: OpenDateRange) =>
  database.query
    .selectFrom('earnings_entry')
    .selectAll()
    .where('vendorId', '=', vendorId)
    .$if(from !== null, (query) => query.where('at', '>=', from!))
    .$if(to !== null, (query) => query.where('at', '<', to!))

/** Adds what was sold. A statement of its own, because a purchase is on the machine of its buyer and not of the vendor. */
async function withTemplates(database: Sql, entries: readonly EarningsEntryRow[]): Promise<StatementLine[]> {
  const purchaseIds = entries.flatMap(({ purchaseId }) => purchaseId ?? [])
  const sold = purchaseIds.length === 0 ? [] : await soldTemplates(database, purchaseIds)
  const byPurchase = new Map(sold.map(({ purchaseId, ...template }) => [purchaseId, template]))
  return entries.map((entry) => ({ ...NO_TEMPLATE, ...byPurchase.get(entry.purchaseId ?? ''), ...entry }))
}

const NO_TEMPLATE = { templateId: null, templateName: null, slug: null }

const soldTemplates = (database: Sql, purchaseIds: readonly string[]) =>
  database.query
    .selectFrom('purchase')
    .innerJoin('product', 'product.id', 'purchase.productId')
    .innerJoin('template', 'template.id', 'product.externalId')
    .select([
      'purchase.id as purchaseId',
      'template.id as templateId',
      'template.name as templateName',
      'template.slug',
    ])
    .where('purchase.id', '=', sql<string>`any(${purchaseIds})`)
    .execute()

export const linesByIds = async (database: Sql, ids: readonly string[]): Promise<StatementLine[]> =>
  withTemplates(
    database,
    await database.query.selectFrom('earnings_entry').selectAll().where('id', 'in', ids).execute(),
  )

/** Earnings entries of a vendor, latest first. */
export async function statementOf(
  database: Sql,
  vendorId: string,
  range: OpenDateRange,
  request: PageRequest,
): Promise<Page<StatementLine>> {
  const page = await readRows(request, `statement ${vendorId}`, selectEntries(database, vendorId, range))
  return { ...page, items: await withTemplates(database, page.items) }
}

const MAX_LINES = 100_000

/** Earnings entries of a vendor, oldest first, for a file. */
export const fullStatement = async (database: Sql, vendorId: string, range: OpenDateRange): Promise<StatementLine[]> =>
  withTemplates(database, await selectEntries(database, vendorId, range).orderBy('id').limit(MAX_LINES).execute())

/** Payable balance of every vendor, for manual payouts. */
export interface PayableBalance {
  readonly vendorId: string
  readonly vendorName: string
  /** Null if the account was deleted. */
  readonly accountId: string | null
  readonly payoutAccountId: string | null
  readonly currency: string
  readonly amountMinor: number
}

/** Payable balances of all vendors with an account. */
export const listPayableBalances = (database: Sql): Promise<PayableBalance[]> =>
  database.query
    .selectFrom('earnings_entry as entry')
    .innerJoin('vendor', 'vendor.id', 'entry.vendorId')
    .select([
      'vendor.id as vendorId',
      'vendor.name as vendorName',
      'vendor.accountId',
      'vendor.payoutAccountId',
      'entry.currency',
      BALANCE.as('amountMinor'),
    ])
    .groupBy(['vendor.id', 'entry.currency'])
    .having(BALANCE, '>', 0)
    .orderBy('vendor.name')
    .orderBy('entry.currency')
    .execute()

/** Balance of a vendor in one currency. */
export interface VendorBalance {
  readonly vendorId: string
  readonly currency: string
  readonly amountMinor: number
}

/** Balances of vendors in each currency with entries; negative if more was clawed back than earned. */
export const balancesOf = (database: Sql, vendorIds: readonly string[]): Promise<VendorBalance[]> =>
  database.query
    .selectFrom('earnings_entry as entry')
    .select(['entry.vendorId', 'entry.currency', BALANCE.as('amountMinor')])
    .where('entry.vendorId', 'in', vendorIds)
    .groupBy(['entry.vendorId', 'entry.currency'])
    .orderBy('entry.currency')
    .execute()

const BALANCE = sql<number>`sum(entry.amount_minor)::bigint`
