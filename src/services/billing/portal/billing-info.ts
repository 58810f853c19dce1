import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { CatalogPlan } from '../../catalog/snapshot/catalog-snapshot.js'
import { mainPlan } from '../../entitlements/rights/facts.js'
import { loadRights } from '../../entitlements/rights/load-rights.js'
import { permissionsOn, visibleAccount } from '../../identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import { liveSubscriptionsOf } from '../queries/billing-queries.js'
import { portalCustomer } from './portal-customer.js'

/** What a billing page shows of an account. */
export interface BillingInfo {
  readonly plan: CatalogPlan
  readonly subscription: BillingSubscriptionRow | null
  readonly portalAvailable: boolean
  readonly publishableKey: string | null
}

/** Plan, state, dates and means of payment; the plan alone for who may see the account but not its money. */
export async function billingInfo(context: BillingContext, accountId: string): Promise<BillingInfo> {
  const { database } = context
  const rights = await loadRights(database, context.catalog.current(), accountId, context.clock.now())
  const { plan } = mainPlan(rights!)
  if (!(await visibleAccount(context, accountId, 'billing:read')))
    return { plan, subscription: null, portalAvailable: false, publishableKey: null }
  const [subscription] = await liveSubscriptionsOf(database, [accountId])
  const customer = await portalCustomer(database, accountId)
  const mayManage = (await permissionsOn(context, accountId)).includes('billing:manage')
  const abilities = customer && context.providers[customer.provider]?.abilities
  return {
    plan,
    subscription: subscription ?? null,
    portalAvailable: mayManage && Boolean(abilities?.portal),
    publishableKey: context.config.stripe?.publishableKey ?? null,
  }
}
