import { AppError } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import { createSharedReads } from '../providers/shared-reads.js'
import { findPortalCustomers } from './portal.sql.js'

const readBalance = createSharedReads<Money | null>()

/** Credit of an account at its provider, at most ten seconds old. Null if there is none; throws if the provider does not respond. */
export async function creditBalanceOf(context: BillingContext, accountId: string): Promise<Money | null> {
  await requireAccount(context, accountId, 'billing:read')
  const customer = await context.database.row(findPortalCustomers, { accountIds: [accountId] })
  const port = customer && context.providers[customer.provider]
  if (!port) return null
  const { customerId } = customer
  try {
    return await readBalance(port, context.timers, customerId, () => port.creditBalanceOf(customerId))
  } catch (error) {
    context.log.warn({ err: error, provider: port.provider }, 'credit balance not available')
    throw new AppError('UNAVAILABLE', 'The payment provider does not respond.', { cause: error })
  }
}
