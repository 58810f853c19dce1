import type { AccountRow, StoredBillingDetails } from '#entities/identity/account.entity.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { providerUnavailable } from '../model/change-denials.js'
import { ProviderRejected, ProviderUnavailable } from '../providers/provider-errors.js'
import { NO_DETAILS, storeDetails } from './store-details.js'

/** Changes the billing details of an account, first at its payment providers. */
export async function changeDetails(
  context: BillingContext,
  account: AccountRow,
  change: (before: StoredBillingDetails) => StoredBillingDetails | Refused,
  reason?: string,
): Promise<AccountOutcome> {
  const customers = await customersOf(context, account.id)
  try {
    const before = account.billingDetails ?? (await detailsAt(customers)) ?? NO_DETAILS
    const after = change(before)
    if ('code' in after) return denied(after)
    for (const { customerId, port } of customers) await port.writeDetails(customerId, after)
    const actor = context.caller.principal
    const read = async () => (await detailsAt(customers)) ?? after
    const { row } = await storeDetails(context, account.id, read, { actor, reason, known: before })
    return { kind: 'changed', account: row }
  } catch (error) {
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    if (error instanceof ProviderRejected && error.about === 'TAX_ID')
      return denied(
        refused('INVALID_PARAMETERS', `The payment provider does not accept a tax ID: ${error.message}`, {
          field: 'taxIds',
        }),
      )
    throw error
  }
}

/** Customers of an account at the providers that keep their details. */
async function customersOf(context: BillingContext, accountId: string) {
  const rows = await context.database.query
    .selectFrom('billing_customer')
    .select(['provider', 'customerId'])
    .where('accountId', '=', accountId)
    .execute()
  return rows.flatMap(({ provider, customerId }) => {
    const port = context.providers[provider]?.customers
    return port && customerId ? [{ customerId, port }] : []
  })
}

/** Details as the first provider has them. */
async function detailsAt(customers: Awaited<ReturnType<typeof customersOf>>): Promise<StoredBillingDetails | null> {
  const [first] = customers
  return first ? first.port.fetchDetails(first.customerId) : null
}
