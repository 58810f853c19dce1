import type { AccountRow } from '#entities/identity/account.entity.js'
import { customerName, releaseName } from '#services/identity/accounts/account-directory.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { pushCatalog } from './push-catalog.js'

/**
 * A sandbox can be reset or replaced. Then our links to its objects are invalid and the objects are created again. A
 * real provider never loses objects: there a missing object is an error for an operator.
 */
export async function relinkSandbox(context: BillingContext, port: PaymentPort, account: AccountRow): Promise<void> {
  context.log.warn({ account: account.id }, 'sandbox was reset, recreating prices and customer')
  const { query } = context.database
  await query.deleteFrom('provider_price').where('provider', '=', port.provider).execute()
  await unlinkCustomer(context, port.provider, account.id)
  await pushCatalog(context, port, context.catalog.current())
}

async function unlinkCustomer({ database }: BillingContext, provider: ProviderName, accountId: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const customer = await transaction.query
      .selectFrom('billing_customer')
      .select('customerId')
      .where('provider', '=', provider)
      .where('accountId', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    if (!customer?.customerId) return
    await releaseName(transaction, customerName(provider, customer.customerId))
    await transaction.query
      .updateTable('billing_customer')
      .set({ customerId: null })
      .where('provider', '=', provider)
      .where('accountId', '=', accountId)
      .execute()
  })
}
