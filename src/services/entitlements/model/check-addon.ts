import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { packageReference, type CatalogPackage, type CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { buyerOf, mainPlan, type AccountSnapshot } from './account-snapshot.js'
import { subscribesTo } from './subscribes-to.js'

/** Pure: denial of an add-on for an account. Null if allowed. */
export function checkAddon(snapshot: AccountSnapshot, addon: CatalogPackage): Refused | null {
  const { plan } = mainPlan(snapshot)
  if (!subscribesTo(snapshot, plan.group))
    return refused('BASE_SUBSCRIPTION_REQUIRED', `${addon.name} is an add-on and requires an active subscription.`, {
      field: 'package',
      remedies: [
        remedy('UPGRADE_PLAN', 'Subscribe to a plan', {
          mutation: 'startSubscription',
          buyer: buyerOf(snapshot),
        }),
      ],
    })
  if (isIncluded(snapshot, addon))
    return refused('ALREADY_INCLUDED', `${addon.name} is already included in plan ${plan.name}.`, {
      field: 'package',
    })
  return null
}

/** True when the plans give without a limit, or switch on, everything that the package would add. */
const isIncluded = (snapshot: AccountSnapshot, addon: CatalogPackage): boolean =>
  plansInclude(
    snapshot.held.map(({ plan }) => plan),
    addon,
  )

/** The same for plans that are held, or might be. */
export function plansInclude(plans: readonly CatalogPlan[], { grants }: CatalogPackage): boolean {
  return grants.every((added) =>
    plans.some((plan) =>
      plan.features.some(
        ({ feature, enabled, unlimited }) =>
          enabled && feature.code === added.feature.code && (unlimited || feature.kind === 'BOOLEAN'),
      ),
    ),
  )
}

/** A product without a price is sold on request. */
export const contactRequired = (sold: CatalogPackage): Refused =>
  refused('CONTACT_REQUIRED', `${sold.name} is sold on request. Contact ${sold.contactUrl}`, {
    remedies: [contactSales(sold)],
  })

export const contactSales = (sold: CatalogPackage) =>
  remedy('CONTACT_SALES', `Contact sales about ${sold.name}`, { target: packageReference(sold), url: sold.contactUrl })
