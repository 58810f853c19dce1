import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/provider-name.js'
import { listCreditSources } from './account-credit.sql.js'
import type { CreditSource } from './decide-credit.js'

/** Purchases of a subscription that pay for time after a moment, newest first. */
export const creditSources = (
  database: Sql,
  about: {
    readonly accountId: string
    readonly provider: ProviderName
    readonly subscriptionId: string
    readonly currency: string
    readonly at: Date
    readonly withDisputed: boolean
  },
): Promise<CreditSource[]> => database.rows(listCreditSources, about)

/** The provider's invoice or credit note, or our change, that turned parts of an account's purchases into credit. */
export interface CreditCause {
  readonly accountId: string
  readonly provider: ProviderName
  readonly cause: string
}

/** Records that a part of a purchase became credit. */
export async function writePurchaseCredit(
  transaction: Transaction,
  { accountId, provider, cause }: CreditCause,
  { purchaseId, amountMinor }: { readonly purchaseId: string; readonly amountMinor: number },
): Promise<void> {
  await transaction.query
    .insertInto('purchase_credit')
    .values({ provider, invoiceId: cause, purchaseId, accountId, amountMinor })
    .execute()
  await transaction.query
    .updateTable('purchase')
    .set((eb) => ({ creditedMinor: eb('creditedMinor', '+', amountMinor) }))
    .where('id', '=', purchaseId)
    .where('accountId', '=', accountId)
    .execute()
}
