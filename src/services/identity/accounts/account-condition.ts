import type { Sql } from '#services/kernel/database/sql.js'
import { findAccount } from './account-reference.js'

/** Account of a list: its ID, null for all accounts, or `NONE` if the requested one does not exist. */
export async function requestedAccount(
  database: Sql,
  reference: string | null | undefined,
): Promise<string | null | 'NONE'> {
  if (!reference) return null
  return (await findAccount(database, reference))?.id ?? 'NONE'
}
