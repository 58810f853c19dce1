import type { Transaction } from '#services/kernel/database/database.js'
import { writePurchaseCredit } from '../model/purchase-credit.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { FetchedInvoice } from '../providers/payments-port.js'

/**
 * Records the parts of a purchase that credit notes of its invoice turned into credit, or returned outside the provider, so that they are not
 * refunded as well. The caller holds the account's lock. Repeated calls have no effect.
 */
export async function recordCreditNotes(
  transaction: Transaction,
  { accountId, provider, invoice }: { accountId: string; provider: ProviderName; invoice: FetchedInvoice },
): Promise<void> {
  const credited = invoice.creditNotes
    .map(({ externalId, creditedMinor, elsewhereMinor }) => ({
      cause: externalId,
      amountMinor: creditedMinor + elsewhereMinor,
    }))
    .filter(({ amountMinor }) => amountMinor > 0)
  if (credited.length === 0) return
  const purchase = await transaction.query
    .selectFrom('purchase')
    .select('id')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoice.externalId)
    .executeTakeFirst()
  if (!purchase) return
  const known = await transaction.query
    .selectFrom('purchase_credit')
    .select('invoiceId')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('purchaseId', '=', purchase.id)
    .execute()
  const causes = new Set(known.map(({ invoiceId }) => invoiceId))
  for (const { cause, amountMinor } of credited)
    if (!causes.has(cause))
      await writePurchaseCredit(transaction, { accountId, provider, cause }, { purchaseId: purchase.id, amountMinor })
}
