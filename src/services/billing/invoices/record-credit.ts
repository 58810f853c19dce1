import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../model/billing-context.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { changeCreditLater } from '../model/change-credit.js'
import { creditSources, writePurchaseCredit } from '../model/purchase-credit.js'
import { decideCredit } from '../model/decide-credit.js'

/**
 * Records the purchases that an invoice's credit came from, so that they cannot be refunded a second time. Revokes credit for money that was
 * refunded before. The caller holds the account's lock. Repeated calls have no effect.
 */
export async function recordCredit(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, invoice }: { accountId: string; provider: ProviderName; invoice: FetchedInvoice },
): Promise<string[]> {
  const given = -invoice.creditMinor
  if (given <= 0 || invoice.status !== 'PAID' || !invoice.subscriptionId) return []
  const known = await transaction.query
    .selectFrom('purchase_credit')
    .select('provider')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoice.externalId)
    .unionAll((eb) =>
      eb
        .selectFrom('credit_adjustment')
        .select('provider')
        .where('accountId', '=', accountId)
        .where('provider', '=', provider)
        .where('cause', '=', causeOf(invoice)),
    )
    .executeTakeFirst()
  if (known) return []
  const sources = await creditSources(transaction, {
    accountId,
    provider,
    subscriptionId: invoice.subscriptionId,
    currency: invoice.total.currency,
    at: invoice.paidAt ?? invoice.createdAt,
    withDisputed: true,
  })
  const { shares, excessMinor } = decideCredit(given, sources)
  const credited = { accountId, provider, cause: invoice.externalId }
  for (const share of shares) await writePurchaseCredit(transaction, credited, share)
  if (excessMinor > 0)
    await changeCreditLater(context, transaction, {
      accountId,
      provider,
      cause: causeOf(invoice),
      amountMinor: excessMinor,
      currency: invoice.total.currency,
      reason: 'This part of the payment was refunded before.',
      purchaseId: null,
    })
  return shares.length > 0 ? [`credit of invoice ${invoice.externalId} recorded`] : []
}

const causeOf = ({ externalId }: FetchedInvoice): string => `invoice:${externalId}`
