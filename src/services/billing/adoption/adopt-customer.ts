import { createNamedAccount } from '#services/identity/accounts/ensure-user.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { claimCustomer } from '../customers/claim-customer.js'
import type { AdoptableCustomer } from '../providers/adoption-port.js'
import type { ProviderName } from '../providers/provider-name.js'

export interface CustomerAdoption {
  readonly provider: ProviderName
  readonly customer: AdoptableCustomer
  /** ID of the account, or its reference if it is created. */
  readonly account: { readonly id: string } | { readonly reference: string }
  readonly adoptedAt: Date
  readonly balances: readonly { readonly feature: string; readonly amount: number }[]
}

/**
 * Links a provider's customer to an account, in one transaction with the moment of it, the credit that the customer has at the provider, and
 * the balances that are applied later. Repeated calls have no effect. Nothing changes at the provider.
 */
export async function adoptCustomer(context: BillingContext, adoption: CustomerAdoption): Promise<string> {
  const { provider, customer, account, adoptedAt, balances } = adoption
  const { customerId } = customer
  return context.database.transaction(async (transaction) => {
    const accountId =
      'id' in account
        ? account.id
        : await createNamedAccount(transaction, {
            reference: account.reference,
            name: customer.name ?? customer.email ?? account.reference,
            at: adoptedAt,
          })
    await lockAccount(transaction, accountId)
    await transaction.query
      .insertInto('billing_customer')
      .values({ accountId, provider, customerId, email: customer.email ?? '', name: customer.name })
      .onConflict((conflict) =>
        conflict
          .columns(['accountId', 'provider'])
          .doUpdateSet({ customerId })
          .where('billing_customer.customerId', 'is', null),
      )
      .execute()
    const linked = await transaction.query
      .selectFrom('billing_customer')
      .select('customerId')
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .executeTakeFirstOrThrow()
    if (linked.customerId !== customerId)
      throw new UnprocessableEvent(`account ${accountId} has the customer ${linked.customerId} already`)
    await claimCustomer(transaction, { accountId, provider, customerId })
    const { numInsertedOrUpdatedRows: adopted } = await transaction.query
      .insertInto('adopted_customer')
      .values({ accountId, provider, customerId, adoptedAt })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (!adopted) return accountId
    if (customer.credit && customer.credit.amountMinor !== 0)
      await transaction.query
        .insertInto('credit_adjustment')
        .values({
          id: transaction.newId('crd'),
          accountId,
          provider,
          cause: 'import',
          amountMinor: 0 - customer.credit.amountMinor,
          doneMinor: 0 - customer.credit.amountMinor,
          currency: customer.credit.currency,
          reason: 'Balance at the import',
          status: 'DONE',
          purchaseId: null,
          createdAt: adoptedAt,
        })
        .execute()
    if (balances.length > 0)
      await transaction.query
        .insertInto('adopted_balance')
        .values(balances.map((balance) => ({ accountId, provider, ...balance, appliedAt: null })))
        .execute()
    return accountId
  })
}
