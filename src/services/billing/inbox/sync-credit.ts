import { lockAccount } from '#services/identity/accounts/account-version.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import type { BillingContext } from '../model/billing-context.js'
import { recordCreditChanged } from '../model/change-credit.js'
import type { PaymentPort } from '../providers/port.js'

/** Records changes of a customer's credit that were made at the provider alone. Repeated calls have no effect. */
export async function syncCredit(context: BillingContext, port: PaymentPort, customerId: string): Promise<string[]> {
  const { provider } = port
  const owner = await accountOfCustomer(context, provider, customerId)
  if (!owner) return []
  const { accountId, adoptedAt } = owner
  const effects: string[] = []
  for await (const { externalId, money, reason, at } of port.creditChangesOf(customerId)) {
    // The balance that the import recorded contains it.
    if (adoptedAt && at <= adoptedAt) continue
    const change = { accountId, currency: money.currency, doneMinor: 0 - money.amountMinor, purchaseId: null }
    await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      const { numInsertedOrUpdatedRows } = await transaction.query
        .insertInto('credit_adjustment')
        .values({
          ...change,
          id: transaction.newId('crd'),
          provider,
          cause: `provider:${externalId}`,
          amountMinor: change.doneMinor,
          reason: reason ?? 'Changed at the provider',
          status: 'DONE',
          createdAt: at,
        })
        .onConflict((conflict) => conflict.constraint('credit_adjustment_cause').doNothing())
        .executeTakeFirstOrThrow()
      if (!numInsertedOrUpdatedRows) return
      await recordCreditChanged(context, transaction, change, 'at the provider')
      effects.push(`credit change ${externalId} recorded`)
    })
  }
  return effects
}
