import type { Transaction } from '#services/kernel/database/database.js'
import type { ProviderName } from '../providers/port.js'

/** Records that a part of a purchase became credit. The cause is the provider's invoice, or our change that gave the credit. */
export async function writePurchaseCredit(
  transaction: Transaction,
  provider: ProviderName,
  cause: string,
  { purchaseId, amountMinor }: { readonly purchaseId: string; readonly amountMinor: number },
): Promise<void> {
  await transaction.query
    .insertInto('purchase_credit')
    .values({ provider, invoiceId: cause, purchaseId, amountMinor })
    .execute()
  await transaction.query
    .updateTable('purchase')
    .set((eb) => ({ creditedMinor: eb('creditedMinor', '+', amountMinor) }))
    .where('id', '=', purchaseId)
    .execute()
}
