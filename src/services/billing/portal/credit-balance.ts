import type { LRUCache } from 'lru-cache'
import type { Money } from '#services/kernel/money/money.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { findPortalCustomer } from './portal.sql.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Limits calls to the provider while a page is reloaded: all accounts share the provider's rate limit. */
const FRESH_MS = 10_000
const MAX_CUSTOMERS = 10_000

const balances = new WeakMap<PaymentPort, LRUCache<string, Promise<Money | null>>>()

/** Credit of an account at its provider, at most ten seconds old; null without a customer there, and if the provider does not respond. */
export async function creditBalanceOf(context: BillingContext, accountId: string): Promise<Money | null> {
  if (!(await visibleAccount(context, accountId, 'billing:read'))) return null
  const customer = await context.database.row(findPortalCustomer, { accountId })
  const port = customer && context.providers[customer.provider]
  if (!port) return null
  let known = balances.get(port)
  if (!known) balances.set(port, (known = createCache(MAX_CUSTOMERS, { ttl: FRESH_MS })))
  let balance = known.get(customer.customerId)
  if (!balance) known.set(customer.customerId, (balance = port.creditBalanceOf(customer.customerId)))
  try {
    return await balance
  } catch (error) {
    known.delete(customer.customerId)
    context.log.warn({ err: error, provider: port.provider }, 'credit balance not available')
    return null
  }
}
