import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader } from './catalog-reader.js'
import type { CatalogSource } from './catalog-source.js'
import type { PackageDefinition, PlanDefinition, PriceDefinition } from './types.js'

/** Notes what is wrong between plans, and between plans and packages. */
export function checkOffers(
  reader: CatalogReader,
  plans: readonly PlanDefinition[],
  packages: readonly PackageDefinition[],
): void {
  checkRanks(reader, plans)
  // With a plan missing, its group would be blamed for what the plan lacks.
  if (plans.length === reader.codes('plans').size) checkDefaultPlans(reader, plans)
  checkCodes(reader, packages)
  if (!reader.source.hasIssuesAt(['currency'])) checkCurrencies(reader, plans, packages)
}

function checkRanks({ source }: CatalogReader, plans: readonly PlanDefinition[]): void {
  const holders = new Map<string, string>()
  for (const { code, group, rank } of plans) {
    const key = `${group} ${rank}`
    const holder = holders.get(key)
    if (holder === undefined) holders.set(key, code)
    else source.report(['plans', code, 'rank'], `rank ${rank} is already taken by plan ${holder} of group ${group}`)
  }
}

function checkDefaultPlans({ source }: CatalogReader, plans: readonly PlanDefinition[]): void {
  if (plans.length === 0) source.report(['plans'], 'expected at least one plan')
  for (const { code, group, rank, prices } of plans) {
    const isLowest = plans.every((other) => other.group !== group || other.rank >= rank)
    if (!isLowest || prices.length === 0) continue
    const message = `the plan with the lowest rank in group ${group} is the default plan and must not have a price`
    source.report(['plans', code, 'prices'], message)
  }
}

function checkCodes(reader: CatalogReader, packages: readonly PackageDefinition[]): void {
  const plans = reader.codes('plans')
  for (const { code } of packages) {
    if (plans.has(code)) reader.source.reportKey(['packages', code], `${code} is already the code of a plan`)
  }
}

/**
 * A subscription has one currency, and a customer's running subscriptions must share it. So whatever can be billed
 * together, now or after a change of plan, interval or add-on, is priced in the same currencies.
 */
function checkCurrencies(
  { source }: CatalogReader,
  plans: readonly PlanDefinition[],
  packages: readonly PackageDefinition[],
): void {
  const sellers = new Map<string, string>()
  for (const { code, prices } of plans) for (const { currency } of prices) sellers.set(currency, code)
  const recurring: readonly Recurring[] = [
    ...plans.map(({ code, prices }): Recurring => [['plans', code], prices]),
    ...packages.flatMap(({ code, type, prices }): Recurring[] =>
      type === 'ADDON' ? [[['packages', code], prices]] : [],
    ),
  ]
  for (const [path, prices] of recurring) {
    // A wrong price is left out of the prices.
    if (['price', 'prices'].some((field) => source.hasIssuesAt([...path, field]))) continue
    // Payments that are made once can be in other currencies.
    for (const interval of new Set(prices.map((price) => price.interval).filter((each) => each !== 'ONE_TIME'))) {
      const currencies = prices.filter((price) => price.interval === interval).map((price) => price.currency)
      for (const [currency, plan] of sellers) {
        if (currencies.includes(currency)) continue
        const message = `has no price in ${currency}, a currency of plan ${plan}; a subscription has one currency`
        source.report(pricePath(source, path, interval), message)
      }
    }
  }
}

type Recurring = readonly [path: FieldPath, prices: readonly PriceDefinition[]]

function pricePath(source: CatalogSource, path: FieldPath, interval: BillingInterval): FieldPath {
  const short = [...path, 'price']
  return source.has(short) ? short : [...path, 'prices', interval.toLowerCase()]
}
