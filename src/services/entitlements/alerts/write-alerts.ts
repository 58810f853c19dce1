import type { AlertAction, AlertBasis, AlertRow } from '#entities/entitlements/alert.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { AlertLevel } from '../model/alert.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'

export interface NewAlert extends AlertLevel, Partial<Pick<AlertRow, 'armed' | 'base' | 'basedAt'>> {
  readonly accountId: string
  readonly feature: string
  readonly basis: AlertBasis
  readonly action: AlertAction
  readonly createdBy: string
  readonly at: Date
}

/** Stores an alert and returns its ID. The next sweep compares it with the balance. The caller holds the account lock. */
export async function writeAlert(transaction: Transaction, { at, ...alert }: NewAlert): Promise<string> {
  const id = transaction.newId('alr')
  await transaction.query
    .insertInto('alert')
    .values({ id, ...alert, since: at })
    .execute()
  await scheduleSweep(transaction, alert.accountId, at)
  return id
}

/** Ends the top-up of a feature, and returns its level. The caller holds the account lock. */
export const endTopUpAlert = (
  transaction: Transaction,
  scope: Pick<NewAlert, 'accountId' | 'feature'>,
  at: Date,
): Promise<Pick<AlertRow, 'units'> | undefined> =>
  transaction.query
    .updateTable('alert')
    .set({ endedAt: at })
    .where('accountId', '=', scope.accountId)
    .where('feature', '=', scope.feature)
    .where('action', '=', 'TOP_UP')
    .where('endedAt', 'is', null)
    .returning('units')
    .executeTakeFirst()
