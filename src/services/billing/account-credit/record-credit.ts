import type { Transaction } from '../../kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/port.js'
import { changeCreditLater } from './change-credit.js'
import { decideCredit, type CreditSource } from './decide-credit.js'

/**
 * Records which purchases an invoice's credit came from, so that they cannot be refunded a second time, and takes back credit for money
 * that was refunded before. The caller holds the account's lock; repeated calls have no effect.
 */
export async function recordCredit(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, invoice }: { accountId: string; provider: ProviderName; invoice: FetchedInvoice },
): Promise<string[]> {
  const given = -invoice.creditMinor
  if (given <= 0 || invoice.status !== 'PAID' || !invoice.subscriptionId) return []
  const known = await transaction.row(
    `select 1 from purchase_credit where provider = $1 and invoice_id = $2
     union all select 1 from credit_adjustment where provider = $1 and cause = $3`,
    [provider, invoice.externalId, causeOf(invoice)],
  )
  if (known) return []
  const sources = await creditSources(transaction, provider, invoice)
  const { shares, excessMinor } = decideCredit(given, sources)
  for (const { purchaseId, amountMinor } of shares) {
    await transaction.run(
      `insert into purchase_credit (provider, invoice_id, purchase_id, amount_minor) values ($1, $2, $3, $4)`,
      [provider, invoice.externalId, purchaseId, amountMinor],
    )
    await transaction.run(`update purchase set credited_minor = credited_minor + $2 where id = $1`, [
      purchaseId,
      amountMinor,
    ])
  }
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

/** Purchases of the subscription that pay for time after the invoice, newest first. */
async function creditSources(
  transaction: Transaction,
  provider: ProviderName,
  invoice: FetchedInvoice,
): Promise<CreditSource[]> {
  return transaction.rows<CreditSource>(
    `select p.id as purchase_id, p.amount_minor, p.credit_minor, p.credited_minor, p.taken_back_minor +
         (select coalesce(sum(r.amount_minor), 0) from refund r where r.purchase_id = p.id and r.status = 'CREATING')::bigint as taken_back_minor
     from purchase p where p.provider = $1 and p.subscription_id = $2 and p.status <> 'PENDING' and p.currency = $3
       and p.purchased_at <= $4 and (p.expires_at is null or p.expires_at > $4)
     order by p.purchased_at desc, p.id desc`,
    [provider, invoice.subscriptionId, invoice.total.currency, invoice.paidAt ?? invoice.createdAt],
  )
}
