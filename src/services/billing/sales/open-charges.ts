import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readOpenCharges, type OpenCharges } from './open-charges.sql.js'

/** Charges and payments of an account that are not complete, in the order in which they are named. */
const OPEN: Readonly<Record<keyof OpenCharges, string>> = {
  isReserved: 'Units beyond the allowance are reserved.',
  isUncharged: 'Use beyond the allowance is charged when its window ends.',
  isUnsent: 'An invoice for use is not sent yet.',
  isUnpaid: 'An invoice for use is unpaid.',
  isPending: 'A payment is in progress.',
}

/**
 * Reads the charge or payment of an account that must be complete before its customer at the provider can be deleted, as a sentence. Null if
 * there is none.
 */
export async function openChargeOf(sql: Sql, catalog: CatalogSnapshot, accountId: string): Promise<string | null> {
  const metered = [...catalog.features.values()].flatMap(({ code, overageMeter }) => (overageMeter ? [code] : []))
  const row = await sql.row(readOpenCharges, { accountId, metered })
  const found = (Object.keys(OPEN) as (keyof OpenCharges)[]).find((name) => row?.[name])
  return found ? OPEN[found] : null
}
