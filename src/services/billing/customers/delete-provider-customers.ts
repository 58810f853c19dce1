import type { NotNull } from 'kysely'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { forfeitCredit } from './forfeit-credit.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'

/**
 * After the deletion of an account: ends its credit, and deletes its customer at the payment providers, with name, address and cards.
 * Payments, invoices and refunds stay there as here, under an anonymous ID, which is retained so that a late dispute
 * still finds its purchase. No subscription is active by then. Retried if the provider does not respond; repeated calls
 * have no effect.
 */
export async function deleteProviderCustomers(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const customers = await context.database.query
    .selectFrom('billing_customer')
    .select(['provider', 'customerId'])
    .where('accountId', '=', event.accountId)
    .where('customerId', 'is not', null)
    .$narrowType<{ customerId: NotNull }>()
    .execute()
  for (const { provider, customerId } of customers) {
    const port = providerOf(context, provider)
    await forfeitCredit(context, port, { accountId: event.accountId!, customerId })
    await port.deleteCustomer(customerId)
    context.log.info({ account: event.accountId, provider }, 'provider customer deleted')
  }
}
