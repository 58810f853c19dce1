import type { AccountRow } from '#entities/identity/account.entity.js'
import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { pushCatalog } from './push-catalog.js'

/**
 * A sandbox can be reset or replaced. Then our links to its objects are invalid and the objects are created again. A
 * real provider never loses objects: there a missing object is an error for an operator.
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
