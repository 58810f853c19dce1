import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { mainPlan, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { permissionsOn, requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import { allowsPause } from '../model/is-paused.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { ProviderAbilities } from '../providers/subscription-port.js'
import type { PortalCustomer } from './portal.sql.js'

/** Data of an account's billing page. */
export interface BillingInfo {
  readonly plan: CatalogPlan
  readonly subscription: BillingSubscriptionRow | null
  readonly portalAvailable: boolean
  /**
   * Actions that the subscription supports at its provider. Empty without a subscription or without permission to
   * manage it.
   */
  readonly supportedActions: readonly BillingAction[]
  /** Providers available on this server. */
  readonly providers: readonly ProviderName[]
}

/** Actions that a provider may support for a subscriber. */
export type BillingAction =
  | 'CHANGE_IMMEDIATELY'
  | 'SCHEDULE_CHANGE'
  | 'PREVIEW_CHANGE'
  | 'ADDONS'
  | 'CANCEL'
  | 'PAUSE'
  | 'RESUME'
  | 'PORTAL'

/** Reads what a billing page shows, for several accounts together. */
export interface BillingInfoLoaders {
  snapshot(accountId: string): Promise<AccountSnapshot | null>
  subscription(accountId: string): Promise<BillingSubscriptionRow | null>
  customer(accountId: string): Promise<PortalCustomer | null>
}

/** Plan, status, dates and payment method. Requires permission to read the billing of the account. */
export async function billingInfo(
  context: BillingContext,
  accountId: string,
  load: BillingInfoLoaders,
): Promise<BillingInfo> {
  await requireAccount(context, accountId, 'billing:read')
  const { plan } = mainPlan((await load.snapshot(accountId))!)
  const providers = Object.keys(context.providers) as ProviderName[]
  const port = (name: ProviderName | undefined) => (name ? context.providers[name] : undefined)
  const [subscription, customer] = await Promise.all([load.subscription(accountId), load.customer(accountId)])
  const mayManage = (await permissionsOn(context, accountId)).includes('billing:manage')
  const portal = port(customer?.provider)?.abilities.portal === true
  return {
    plan,
    subscription,
    portalAvailable: mayManage && portal,
    supportedActions:
      mayManage && subscription
        ? supportedActionsOf(port(subscription.provider)?.abilities, {
            portal,
            pause: canBePaused(context.catalog.current(), subscription),
          })
        : [],
    providers,
  }
}

/** Every provider can cancel a subscription, and undo the cancellation until shortly before the end. */
function supportedActionsOf(
  abilities: ProviderAbilities | undefined,
  { portal, pause }: { readonly portal: boolean; readonly pause: boolean },
): BillingAction[] {
  if (!abilities) return []
  return [
    ...(abilities.changeNow ? (['CHANGE_IMMEDIATELY'] as const) : []),
    ...(abilities.changeAtPeriodEnd ? (['SCHEDULE_CHANGE'] as const) : []),
    ...(abilities.preview ? (['PREVIEW_CHANGE'] as const) : []),
    ...(abilities.addons ? (['ADDONS'] as const) : []),
    'CANCEL',
    ...(pause ? (['PAUSE'] as const) : []),
    'RESUME',
    ...(portal ? (['PORTAL'] as const) : []),
  ]
}

const canBePaused = ({ pause, planByVersionId }: CatalogSnapshot, { planVersionId }: BillingSubscriptionRow): boolean =>
  allowsPause(pause, planByVersionId.get(planVersionId)?.code)
