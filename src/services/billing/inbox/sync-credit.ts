import { lockAccount } from '#services/identity/accounts/account-version.js'
import { ourCreditCauses } from '../book/our-book.js'
import { projectCredit } from '../book/project-credit.js'
import { writeChanges } from '../book/write-changes.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import type { BillingContext } from '../model/billing-context.js'
import type { FetchedCreditChange } from '../providers/balance-port.js'
import type { PaymentPort } from '../providers/port.js'

/** Records changes of a customer's credit that were made at the provider alone. Repeated calls have no effect. */
export async function syncCredit(context: BillingContext, port: PaymentPort, customerId: string): Promise<string[]> {
  const { provider } = port
  const owner = await accountOfCustomer(context, provider, customerId)
  if (!owner) return []
  const { accountId, adoptedAt } = owner
  const theirs: FetchedCreditChange[] = []
  for await (const change of port.creditChangesOf(customerId)) theirs.push(change)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const causes = await ourCreditCauses(transaction, { accountId, provider })
    const changes = projectCredit({ provider, causes, adoptedAt }, theirs)
    return writeChanges(transaction, { accountId, at: context.clock.now() }, changes)
  })
}
