import { functionForm } from '../database/forms.js'
import type { Sql } from '../database/sql.js'
import { currentSnapshot, currentSnapshotOf } from './events.sql.js'
import { readLaterSnapshot, readSnapshot, type CompleteTransactions } from './follow-snapshots.js'

/** The machine that has the rows of an account counts its transactions. */
const readSnapshotOf = async (database: Sql, accountId: string | null): Promise<CompleteTransactions> =>
  (accountId === null ? await database.row(currentSnapshot) : await database.row(currentSnapshotOf, { accountId }))!

export const snapshotForms = [
  functionForm(readSnapshot, readSnapshotOf),
  // Rows of an account that were moved during the read have transactions of another machine.
  functionForm(readLaterSnapshot, readSnapshotOf),
]
