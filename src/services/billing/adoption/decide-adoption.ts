import { dayText, moneyText } from '#services/kernel/text/readable.js'
import { MAX_AMOUNT } from '#services/entitlements/model/max-amount.js'
import { intervalText } from '#services/catalog/products/interval.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AdoptableCustomer, AdoptablePrice, AdoptableSubscription } from '../providers/adoption-port.js'
import type { ImportMapping, PriceRule } from './import-mapping.js'

/** An object that cannot be imported, and what would change that. */
export interface ImportProblem {
  /** For example `price:price_…`. */
  readonly object: string
  readonly reason: string
  readonly remedy: string
}

/** A price of the provider that is not linked yet, and its product here. */
export interface NewPrice {
  readonly price: AdoptablePrice
  readonly rule: PriceRule
}

/** Subscription as it would be imported. */
export type AdoptionDecision =
  | { readonly kind: 'adopt'; readonly plan: CatalogPlan; readonly newPrices: readonly NewPrice[] }
  | { readonly kind: 'refuse'; readonly problems: readonly ImportProblem[] }

/** Product of a price that is linked already. */
export type LinkedPrices = ReadonlyMap<string, { readonly type: string; readonly code: string }>

/** Pure: the plan of a subscription and the prices to link, or each reason against it. */
export function decideAdoption(
  catalog: CatalogSnapshot,
  mapping: ImportMapping,
  linked: LinkedPrices,
  { fetched, prices, customer }: AdoptableSubscription,
  now: Date,
): AdoptionDecision {
  const problems: ImportProblem[] = []
  const newPrices: NewPrice[] = []
  const plans: CatalogPlan[] = []
  for (const price of prices) {
    const known = linked.get(price.externalId)
    const rule = known ? null : (mapping.prices.get(price.externalId) ?? mapping.prices.get(price.lookupKey ?? ''))
    const problem = known ? null : priceProblem(price, rule ?? null)
    if (problem) problems.push(problem)
    else if (rule) newPrices.push({ price, rule })
    const plan = planOf(catalog, known ?? rule)
    if (plan) plans.push(plan)
  }
  const object = `subscription:${fetched.externalId}`
  if (customer.deleted)
    problems.push({ object, reason: 'its customer was deleted', remedy: 'cancel the subscription at the provider' })
  if (problems.length === 0 && plans.length !== 1)
    problems.push({
      object,
      reason: plans.length === 0 ? 'no line is a plan' : `its lines are ${plans.length} plans`,
      remedy: 'map one of its prices to a plan and the others to add-ons',
    })
  if (fetched.scheduled && !fetched.cancelAt && fetched.scheduled.at > now)
    problems.push({
      object,
      reason: `a schedule of the provider changes it on ${dayText(fetched.scheduled.at)}`,
      remedy: 'release the schedule at the provider, import again, and schedule the change here',
    })
  const [plan] = plans
  return problems.length > 0 || !plan ? { kind: 'refuse', problems } : { kind: 'adopt', plan, newPrices }
}

const planOf = (
  catalog: CatalogSnapshot,
  product: { readonly type: string; readonly code: string } | null | undefined,
): CatalogPlan | null => (product?.type === 'PLAN' ? (catalog.planByCode.get(product.code) ?? null) : null)

function priceProblem(price: AdoptablePrice, rule: PriceRule | null): ImportProblem | null {
  const { externalId, lookupKey, money, interval, metered } = price
  const billed = intervalText(interval ?? 'ONE_TIME')
  const object = `price:${externalId}`
  const shown = `${money ? moneyText(money) : 'an amount by tiers'} ${billed}`
  if (metered)
    return {
      object,
      reason: 'it bills reported usage',
      remedy:
        'move its customers to a price without a meter, and report usage of a feature with a meter after the import',
    }
  if (!money)
    return { object, reason: 'it has tiers or fractions of a minor unit', remedy: 'move its customers to a flat price' }
  if (!interval) return { object, reason: 'it is billed once', remedy: 'move its customers to a recurring price' }
  const name = lookupKey ?? externalId
  if (!rule)
    return {
      object,
      reason: `the mapping does not contain it (${lookupKey ? `lookup key ${lookupKey}, ` : ''}${shown})`,
      remedy: `add to prices: ${name}: { plan: CODE, interval: ${interval.toLowerCase()} }`,
    }
  if (rule.interval !== interval)
    return {
      object,
      reason: `the mapping says ${rule.interval.toLowerCase()}, and it is billed ${billed}`,
      remedy: `write interval: ${interval.toLowerCase()} for ${name}`,
    }
  return null
}

/** Account that the mapping names for a customer. Null: none. */
export function namedAccount(mapping: ImportMapping, { customerId, metadata }: AdoptableCustomer): string | null {
  const listed = mapping.accounts.get(customerId)
  if (listed) return listed
  const value = mapping.accountKey === null ? undefined : metadata[mapping.accountKey]?.trim()
  if (!value) return null
  return /^(acc_|person:|team:|community:)/.test(value) ? value : `${mapping.accountKind}:${value}`
}

/** A balance below zero is units that were used without being paid: debt. */
const isBalance = (value: string): boolean => /^-?\d{1,15}$/.test(value) && Math.abs(Number(value)) <= MAX_AMOUNT

/** Units that a customer's metadata name, by feature; or each value that is not a number of units. */
export function namedBalances(
  mapping: ImportMapping,
  { customerId, metadata }: AdoptableCustomer,
): { readonly balances: readonly { feature: string; amount: number }[]; readonly problems: readonly ImportProblem[] } {
  const given = mapping.balances.flatMap(({ feature, metadata: key }) => {
    const value = metadata[key]?.trim()
    return value ? [{ feature, key, value }] : []
  })
  return {
    balances: given
      .filter(({ value }) => isBalance(value))
      .map(({ feature, value }) => ({ feature, amount: Number(value) })),
    problems: given
      .filter(({ value }) => !isBalance(value))
      .map(({ key, value }) => ({
        object: `customer:${customerId}`,
        reason: `its metadata ${key} is "${value.slice(0, 40)}"`,
        remedy: `write a whole number of units from -${MAX_AMOUNT} to ${MAX_AMOUNT}`,
      })),
  }
}
