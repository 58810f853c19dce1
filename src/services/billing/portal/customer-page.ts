import { mayOperate } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PortalCustomer } from './portal.sql.js'

/** The page of a customer in the dashboard of its provider. Null for callers who are not operators, and without such a page. */
export function customerPage(context: BillingContext, customer: PortalCustomer | null): string | null {
  if (!customer || !mayOperate(context, 'ops:read')) return null
  return context.providers[customer.provider]?.customers?.pageOf(customer.customerId) ?? null
}
