import type { BillingInterval } from '#entities/catalog/price.entity.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Config } from '#services/kernel/config/config.js'
import type { ChangedInput, PriceView, Remedy } from '#services/kernel/denials/denial.js'
import { timesOf } from '../model/costed-remedy.js'
import { DEFAULT_UPGRADE_URL } from '../model/plan-remedies.js'

/** Step of a program that carries out a remedy. Fields of mutations are named like those of their inputs. */
export type RemedyAction =
  | ({ readonly __typename: 'StartSubscriptionAction' } & Payment & PlanTerms)
  | ({ readonly __typename: 'ChangePlanAction' } & PlanTerms)
  | { readonly __typename: 'CancelSubscriptionAction'; readonly at: 'NOW' | 'PERIOD_END' }
  | { readonly __typename: 'ResumeSubscriptionAction'; readonly mutation: string }
  | { readonly __typename: 'OpenBillingPortalAction'; readonly mutation: string }
  | ({ readonly __typename: 'PurchasePackageAction' } & Payment & PackageUnits)
  | ({ readonly __typename: 'AddAddonAction' } & PackageUnits)
  | ({ readonly __typename: 'PurchaseTemplateAction'; readonly templateId: string } & Payment)
  | ({ readonly __typename: 'RetryAction' } & ChangedInput)
  | { readonly __typename: 'WaitAction'; readonly retryAt: Date | null }
  | ({ readonly __typename: 'SetSpendCapAction' } & NonNullable<Remedy['spendCap']>)
  | { readonly __typename: 'OpenUrlAction'; readonly url: string }

interface Payment {
  readonly currency: string
  readonly provider: ChangedInput['provider']
}

interface PlanTerms {
  readonly plan: string
  readonly interval: BillingInterval
  readonly quantity: number
}

interface PackageUnits {
  readonly package: string
  readonly quantity: number
}

type Urls = Pick<Config, 'publicUrl' | 'appUrl'>

/** URL of a page as a browser needs it: pages of this server below its own URL, pages of the catalog below the application's. */
export function absoluteUrl({ publicUrl, appUrl }: Urls, url: string | null): string | null {
  if (url === null) return null
  return url === DEFAULT_UPGRADE_URL ? new URL(url.slice(1), publicUrl).href : new URL(url, appUrl).href
}

/** Pure: the action of a remedy. Null if a person has to choose first, for example among several plans. */
export function remedyAction(catalog: CatalogSnapshot, urls: Urls, remedy: Remedy): RemedyAction | null {
  if (remedy.retry) return { __typename: 'RetryAction', ...remedy.retry }
  const ofMutation = mutationAction(catalog, remedy)
  if (ofMutation !== undefined) return ofMutation
  const url = absoluteUrl(urls, remedy.url)
  if (url !== null) return { __typename: 'OpenUrlAction', url }
  return remedy.kind === 'WAIT' ? { __typename: 'WaitAction', retryAt: remedy.at } : null
}

/** Undefined without a mutation. */
function mutationAction(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null | undefined {
  switch (remedy.mutation) {
    case 'startSubscription':
      return startSubscription(catalog, remedy)
    case 'changePlan':
      return changePlan(catalog, remedy)
    case 'cancelSubscription':
      return { __typename: 'CancelSubscriptionAction', at: remedy.changeAt ?? 'PERIOD_END' }
    case 'resumeSubscription':
      return { __typename: 'ResumeSubscriptionAction', mutation: remedy.mutation }
    case 'openBillingPortal':
      return { __typename: 'OpenBillingPortalAction', mutation: remedy.mutation }
    case 'purchasePackage':
      return purchasePackage(catalog, remedy)
    case 'addAddon':
      return addAddon(catalog, remedy)
    case 'purchaseTemplate':
      return purchaseTemplate(catalog, remedy)
    case 'setSpendCap':
      return remedy.spendCap ? { __typename: 'SetSpendCapAction', ...remedy.spendCap } : null
    case null:
      return undefined
    default:
      return null
  }
}

/** Without a plan any paid one helps: the lowest. */
function startSubscription(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const plan = planOf(catalog, remedy) ?? lowestPaidPlan(catalog)
  const price = plan && priceToPay(catalog, plan, remedy.price)
  return price
    ? {
        __typename: 'StartSubscriptionAction',
        plan: plan.code,
        interval: price.interval,
        quantity: timesOf(remedy),
        currency: price.money.currency,
        provider: remedy.provider ?? null,
      }
    : null
}

function changePlan(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  if (remedy.terms) return { __typename: 'ChangePlanAction', ...remedy.terms }
  const plan = planOf(catalog, remedy)
  const price = plan && priceToPay(catalog, plan, remedy.price)
  return price
    ? { __typename: 'ChangePlanAction', plan: plan.code, interval: price.interval, quantity: timesOf(remedy) }
    : null
}

function purchasePackage(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const sold = catalog.packageById.get(remedy.target?.id ?? '')
  const price = remedy.price ?? sold?.prices[0]
  return sold && price
    ? {
        __typename: 'PurchasePackageAction',
        package: sold.code,
        quantity: timesOf(remedy),
        currency: price.money.currency,
        provider: remedy.provider ?? null,
      }
    : null
}

function addAddon(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const sold = catalog.packageById.get(remedy.target?.id ?? '')
  return sold ? { __typename: 'AddAddonAction', package: sold.code, quantity: timesOf(remedy) } : null
}

const purchaseTemplate = (catalog: CatalogSnapshot, { target, price, provider }: Remedy): RemedyAction | null =>
  target
    ? {
        __typename: 'PurchaseTemplateAction',
        templateId: target.id,
        currency: price?.money.currency ?? catalog.currency,
        provider: provider ?? null,
      }
    : null

const planOf = (catalog: CatalogSnapshot, { target }: Remedy): CatalogPlan | undefined =>
  catalog.planById.get(target?.id ?? '')

const lowestPaidPlan = (catalog: CatalogSnapshot): CatalogPlan | undefined =>
  catalog.plans.find(({ group, active, prices }) => active && group === catalog.defaultGroup && prices.length > 0)

/** The remedy's own price, otherwise the plan's first in the currency of the catalog. */
const priceToPay = (
  { currency }: CatalogSnapshot,
  { prices }: CatalogPlan,
  own: PriceView | null,
): PriceView | undefined => own ?? prices.find((price) => price.currency === currency) ?? prices[0]
