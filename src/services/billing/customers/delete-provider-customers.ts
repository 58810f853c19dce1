import type { BillingCustomerRow } from '#entities/billing/billing-customer.entity.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'

/**
 * After the deletion of an account: deletes its customer at the payment providers, with name, address and cards.
 * Payments, invoices and refunds stay there as here, under an anonymous ID, which is retained so that a late dispute
 * still finds its purchase. No subscription is active by then. Retried if the provider does not respond; repeated calls
 * have no effect.
 */
export async function deleteProviderCustomers(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const customers = await context.database.rows<BillingCustomerRow>(
    `select * from billing_customer where account_id = $1 and customer_id is not null`,
    [event.accountId],
  )
  for (const { provider, customerId } of customers) {
    await providerOf(context, provider as ProviderName).deleteCustomer(customerId!)
    context.log.info({ account: event.accountId, provider }, 'provider customer deleted')
  }
}
