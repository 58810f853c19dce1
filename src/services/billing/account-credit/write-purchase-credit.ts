import type { Transaction } from '#services/kernel/database/database.js'
import type { ProviderName } from '../providers/port.js'

/** Records that a part of a purchase became credit. The cause is the provider's invoice, or our change that gave the credit. */
export async function writePurchaseCredit(
  transaction: Transaction,
  provider: ProviderName,
  cause: string,
  { purchaseId, amountMinor }: { readonly purchaseId: string; readonly amountMinor: number },
): Promise<void> {
  await transaction.run(
    `insert into purchase_credit (provider, invoice_id, purchase_id, amount_minor) values ($1, $2, $3, $4)`,
    [provider, cause, purchaseId, amountMinor],
  )
  await transaction.run(`update purchase set credited_minor = credited_minor + $2 where id = $1`, [
    purchaseId,
    amountMinor,
  ])
}
