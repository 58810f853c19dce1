import type { BillingContext } from '../billing-context.js'
import type { FetchedCheckout, ProviderName } from '../providers/port.js'

/**
 * A paid session that was not opened here (a payment link, an older system) names its tenant in the client reference: its customer
 * is bound to that account, so that the subscription which follows finds its owner. An ambiguous reference binds nothing.
 */
export async function bindReferencedCustomer(
  context: BillingContext,
  provider: ProviderName,
  fetched: FetchedCheckout,
): Promise<string[]> {
  const { clientReference, customerId } = fetched
  if (fetched.status !== 'COMPLETE' || !clientReference || !customerId) return ['not a checkout of ours']
  const accounts = await context.database.rows<{ id: string }>(
    `select id from account where external_id = $1 or id = $1`,
    [clientReference],
  )
  const [account] = accounts
  if (!account || accounts.length > 1) return [`client reference ${clientReference} names no single account`]
  const bound = await context.database.run(
    `insert into billing_customer (account_id, provider, customer_id, email) values ($1, $2, $3, '')
     on conflict (account_id, provider) do update set customer_id = excluded.customer_id where billing_customer.customer_id is null`,
    [account.id, provider, customerId],
  )
  return bound ? [`customer ${customerId} belongs to account ${account.id}`] : []
}
