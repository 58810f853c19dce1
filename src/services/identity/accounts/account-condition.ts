import type { Sql } from '#services/kernel/database/sql.js'
import { findAccount } from './account-reference.js'

/** Account of a list by its reference: its ID, null for all accounts, or undefined if it does not exist. */
export async function requestedAccount(
  database: Sql,
  reference: string | null | undefined,
): Promise<string | null | undefined> {
  if (!reference) return null
  return (await findAccount(database, reference))?.id
}
