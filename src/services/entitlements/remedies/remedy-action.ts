import { toInterval, type Interval } from '#services/catalog/products/interval.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Config } from '#services/kernel/config/config.js'
import type { ChangedInput, PriceView, Remedy } from '#services/kernel/denials/denial.js'
import { timesOf } from '../model/costed-remedy.js'
import { UPGRADE_PAGE } from '../model/upgrade-page.js'

/** Mutation that carries out a remedy, and the values of its arguments without account and key. */
export type RemedyAction =
  | { readonly mutation: 'startSubscription'; readonly values: Payment & PlanTerms }
  | { readonly mutation: 'changePlan'; readonly values: PlanTerms }
  | { readonly mutation: 'cancelSubscription'; readonly values: { readonly at: 'NOW' | 'PERIOD_END' } }
  | { readonly mutation: WithoutValues; readonly values: {} }
  | { readonly mutation: 'purchasePackage'; readonly values: Payment & PackageUnits }
  | { readonly mutation: 'addAddon' | 'removeAddon'; readonly values: PackageUnits }
  | { readonly mutation: 'purchaseTemplate'; readonly values: Payment & { readonly templateId: string } }
  | { readonly mutation: 'setSpendCap'; readonly values: NonNullable<Remedy['spendCap']> }

/** Mutations that need only the account. */
type WithoutValues = 'resumeSubscription' | 'openBillingPortal' | 'cancelAccountDeletion'

/** Mutations whose values are fields of the argument `input`. */
const WITH_INPUT: readonly string[] = [
  'startSubscription',
  'changePlan',
  'purchasePackage',
  'purchaseTemplate',
  'setSpendCap',
] satisfies RemedyAction['mutation'][]

interface Payment {
  readonly currency: string
  readonly provider: ChangedInput['provider']
}

interface PlanTerms {
  readonly plan: string
  readonly interval: Interval | null
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
  return url === UPGRADE_PAGE ? new URL(url.slice(1), publicUrl).href : new URL(url, appUrl).href
}

/** Pure: the action of a remedy. Null without a mutation, and if a person has to choose first, for example among several plans. */
export function remedyAction(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const { mutation } = remedy
  switch (mutation) {
    case 'startSubscription':
      return startSubscription(catalog, remedy)
    case 'changePlan':
      return changePlan(catalog, remedy)
    case 'cancelSubscription':
      return { mutation, values: { at: remedy.changeAt ?? 'PERIOD_END' } }
    case 'resumeSubscription':
    case 'openBillingPortal':
    case 'cancelAccountDeletion':
      return { mutation, values: {} }
    case 'purchasePackage':
      return purchasePackage(catalog, remedy)
    case 'addAddon':
    case 'removeAddon':
      return unitsOfAddon(catalog, remedy, mutation)
    case 'purchaseTemplate':
      return purchaseTemplate(catalog, remedy)
    case 'setSpendCap':
      return remedy.spendCap ? { mutation, values: remedy.spendCap } : null
    default:
      return null
  }
}

/** A request of GraphQL: a mutation with its arguments, or the changed arguments of the denied one. */
export interface RemedyRequest {
  readonly mutation: string | null
  readonly input: object | null
}

/** Pure: the request that carries out a remedy. */
export function remedyRequest(catalog: CatalogSnapshot, remedy: Remedy): RemedyRequest {
  if (remedy.retry) return { mutation: null, input: changedArguments(remedy.retry) }
  const action = remedyAction(catalog, remedy)
  if (!action) return { mutation: remedy.mutation, input: null }
  const { mutation, values } = action
  const given = withoutNulls({ accountId: remedy.buyer?.accountId ?? null, ...values })
  return { mutation, input: WITH_INPUT.includes(mutation) ? { input: given } : given }
}

/** Every mutation that is repeated with changes has an argument `input`. */
function changedArguments({ omittedFields, ...changed }: ChangedInput): object {
  const fields = { ...withoutNulls(changed), ...Object.fromEntries(omittedFields.map((name) => [name, null])) }
  return Object.keys(fields).length > 0 ? { input: fields } : {}
}

const withoutNulls = (values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isObject(value) ? withoutNulls(value) : value]),
  )

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Without a plan any paid one helps: the lowest. */
function startSubscription(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const plan = planOf(catalog, remedy) ?? lowestPaidPlan(catalog)
  const price = plan && priceToPay(catalog, plan, remedy.price)
  return price
    ? {
        mutation: 'startSubscription',
        values: {
          plan: plan.code,
          interval: toInterval(price.interval),
          quantity: timesOf(remedy),
          currency: price.money.currency,
          provider: remedy.provider ?? null,
        },
      }
    : null
}

function changePlan(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  if (remedy.terms)
    return { mutation: 'changePlan', values: { ...remedy.terms, interval: toInterval(remedy.terms.interval) } }
  const plan = planOf(catalog, remedy)
  const price = plan && priceToPay(catalog, plan, remedy.price)
  return price
    ? {
        mutation: 'changePlan',
        values: { plan: plan.code, interval: toInterval(price.interval), quantity: timesOf(remedy) },
      }
    : null
}

function purchasePackage(catalog: CatalogSnapshot, remedy: Remedy): RemedyAction | null {
  const sold = catalog.packageById.get(remedy.target?.id ?? '')
  const price = remedy.price ?? sold?.prices[0]
  return sold && price
    ? {
        mutation: 'purchasePackage',
        values: {
          package: sold.code,
          quantity: timesOf(remedy),
          currency: price.money.currency,
          provider: remedy.provider ?? null,
        },
      }
    : null
}

function unitsOfAddon(
  catalog: CatalogSnapshot,
  remedy: Remedy,
  mutation: 'addAddon' | 'removeAddon',
): RemedyAction | null {
  const sold = catalog.packageById.get(remedy.target?.id ?? '')
  return sold ? { mutation, values: { package: sold.code, quantity: timesOf(remedy) } } : null
}

const purchaseTemplate = (catalog: CatalogSnapshot, { target, price, provider }: Remedy): RemedyAction | null =>
  target
    ? {
        mutation: 'purchaseTemplate',
        values: {
          templateId: target.id,
          currency: price?.money.currency ?? catalog.currency,
          provider: provider ?? null,
        },
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
