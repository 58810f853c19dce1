import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { pushCatalog } from './push-catalog.js'

/**
 * A sandbox may be reset, or be another one than last time; then our links to its objects lead nowhere and are made anew. A real
 * provider never forgets: there a missing object is a fault that an operator must see.
 */
export async function relinkSandbox(context: BillingContext, port: PaymentPort, account: AccountRow): Promise<void> {
  context.log.warn({ account: account.id }, 'sandbox was reset, recreating prices and customer')
  await context.database.run(`delete from provider_price where provider = $1`, [port.provider])
  await context.database.run(`update billing_customer set customer_id = null where provider = $1 and account_id = $2`, [
    port.provider,
    account.id,
  ])
  await pushCatalog(context, port, context.catalog.current())
}
