import type { Transaction } from '#services/kernel/database/database.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { BOOK_TABLES, type Change } from './change.js'

/** Writes changes of an account in their order, and returns their effects. The caller holds the account's lock. */
export async function writeChanges(
  transaction: Transaction,
  { accountId, at }: { readonly accountId: string; readonly at: Date },
  changes: readonly Change[],
): Promise<string[]> {
  const { query } = transaction
  for (const change of changes)
    if ('event' in change) await recordAccountEvent(transaction, accountId, at, change.event)
    else if ('insert' in change) {
      const { insert, row } = change as Extract<Change, { insert: 'refund' }>
      await query
        .insertInto(insert)
        .values({ ...row, id: transaction.newId(BOOK_TABLES[insert]), accountId })
        .execute()
    } else {
      const { update, row, id } = change as Extract<Change, { update: 'refund' }>
      await query.updateTable(update).set(row).where('id', '=', id).where('accountId', '=', accountId).execute()
    }
  return changes.flatMap(({ effect }) => effect ?? [])
}
