import { previewPlanMigration } from '#services/billing/subscriptions/migrate/preview-plan-migration.js'
import { monthlyAmount, yearlyAmount } from '#services/catalog/products/interval.js'
import type {
  CatalogPackage,
  CatalogPlan,
  CatalogPrice,
  CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import type { CatalogChange } from '#services/catalog/versions/catalog-change.js'
import { countHolders } from '#services/entitlements/plans/plan-holders.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Money } from '#services/kernel/money/money.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'
import { tariffsOf } from '#services/catalog/plans/plan-in-currency.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { sumSales } from '#services/billing/analytics/sales.sql.js'
import { splitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { overageAtTerms, type OverageCosts } from './overage-at-terms.sql.js'

/** Customers of a plan or package that a catalog changes, and the money that they pay. */
export interface CatalogEffect {
  readonly code: string
  readonly name: string
  readonly type: 'PLAN' | 'PACKAGE'
  /** True if it is not for sale any more. */
  readonly isRemoved: boolean
  /** Accounts that hold the plan. */
  readonly accountCount: number
  /** Subscriptions of the plan that a migration would move, which the amounts cover. */
  readonly movedCount: number
  /** Payments for the package in the last thirty days. */
  readonly paymentCount: number
  /** Monthly amount of the subscriptions of a plan, at list prices, with use beyond the allowances. Of a package, its revenue of the last thirty days. */
  readonly before: readonly Money[]
  /** The same after a migration of all subscriptions. Of a package, the same payments at the new price. */
  readonly after: readonly Money[]
}

const THIRTY_DAYS_MS = 30 * 86_400_000

/** Effects of changes that the transaction has made. New plans and packages have no customers. */
export async function effectsOf(
  context: BillingContext,
  sql: Sql,
  next: CatalogSnapshot,
  changes: readonly CatalogChange[],
): Promise<CatalogEffect[]> {
  const before = context.catalog.current()
  const codes = new Set(changes.flatMap(codeOf))
  const effects: CatalogEffect[] = []
  for (const plan of before.plans) if (codes.has(plan.code)) effects.push(await effectOnPlan(context, sql, next, plan))
  const packages = before.packages.filter(({ code }) => codes.has(code))
  return [...effects, ...(await effectsOnPackages(context, sql, next, packages))]
}

/** Codes of plans and packages differ. */
function codeOf(change: CatalogChange): string[] {
  if ('owner' in change) return [change.owner.code]
  if ('plan' in change) return [change.plan.code]
  return ['definition' in change ? change.definition.code : change.code]
}

async function effectOnPlan(
  { clock }: BillingContext,
  sql: Sql,
  next: CatalogSnapshot,
  { code, name, id }: CatalogPlan,
): Promise<CatalogEffect> {
  const versions = [...next.planByVersionId.values()].filter((version) => version.id === id)
  const holders = await countHolders(
    sql,
    versions.map(({ versionId }) => versionId),
  )
  const preview = await previewPlanMigration({ clock, database: sql, catalog: { current: () => next } }, { plan: code })
  const groups = preview.kind === 'preview' ? preview.groups : []
  const use =
    preview.kind === 'preview'
      ? await useAtPrices(sql, preview.plan, new Date(clock.now().getTime() - THIRTY_DAYS_MS))
      : []
  return {
    code,
    name,
    type: 'PLAN',
    isRemoved: !next.planByCode.get(code)!.active,
    accountCount: holders.reduce((sum, { accounts }) => sum + accounts, 0),
    movedCount: groups.reduce((sum, { count }) => sum + count, 0),
    paymentCount: 0,
    before: total([
      ...monthly(groups.map(({ price, quantity }) => ({ price, quantity }))),
      ...use.map(({ currency, chargedMinor: amountMinor }) => ({ currency, amountMinor })),
    ]),
    after: total([
      ...monthly(groups.map(({ newPrice: price, quantity }) => ({ price, quantity }))),
      ...use.map(({ currency, otherMinor: amountMinor }) => ({ currency, amountMinor })),
    ]),
  }
}

/** Cost of the use beyond the allowances that the ledger has of the last thirty days, and of the same use at the prices of a plan. */
function useAtPrices(sql: Sql, plan: CatalogPlan, from: Date): Promise<OverageCosts[]> {
  const prices = plan.features.flatMap(({ feature, overage }) =>
    tariffsOf(overage).map((tariff) => ({ feature: feature.code, currency: tariffOf(tariff).currency, tariff })),
  )
  return sql.rows(overageAtTerms, {
    planId: plan.id,
    planCode: plan.code,
    from,
    features: prices.map(({ feature }) => feature),
    currencies: prices.map(({ currency }) => currency),
    tariffs: prices.map(({ tariff }) => tariff),
  })
}

/** Pure: the sum of each currency. */
function total(amounts: readonly Money[]): Money[] {
  const sums = new Map<string, number>()
  for (const { currency, amountMinor } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amountMinor)
  return [...sums].map(([currency, amountMinor]) => ({ amountMinor, currency }))
}

/** Pure: amount of a month, by currency. */
function monthly(lines: readonly { readonly price: CatalogPrice; readonly quantity: number }[]): Money[] {
  const yearly = new Map<string, number>()
  for (const { price, quantity } of lines)
    yearly.set(
      price.currency,
      (yearly.get(price.currency) ?? 0) + yearlyAmount(price.amountMinor * quantity, price.interval),
    )
  return [...yearly].map(([currency, amount]) => ({ amountMinor: monthlyAmount(amount), currency }))
}

async function effectsOnPackages(
  { clock }: BillingContext,
  sql: Sql,
  next: CatalogSnapshot,
  packages: readonly CatalogPackage[],
): Promise<CatalogEffect[]> {
  if (packages.length === 0) return []
  const to = clock.now()
  const from = new Date(to.getTime() - THIRTY_DAYS_MS)
  const sales = await sql.rows(sumSales, {
    ...splitDateRangeParameters({ from, to }),
    bounds: [from, to],
    byProduct: true,
    productIds: packages.map(({ productId }) => productId),
  })
  return packages.map((sold) => {
    const after = next.packageByCode.get(sold.code)!
    const own = sales.filter(({ productId }) => productId === sold.productId)
    const revenue = own.map(({ currency, grossMinor, reversedMinor }) => ({
      currency,
      amountMinor: grossMinor - reversedMinor,
    }))
    return {
      code: sold.code,
      name: sold.name,
      type: 'PACKAGE',
      isRemoved: !after.active,
      accountCount: 0,
      movedCount: 0,
      paymentCount: own.reduce((sum, { purchases }) => sum + purchases, 0),
      before: revenue,
      after: revenue.flatMap((money) => repriced(money, onlyPrice(sold, money), onlyPrice(after, money))),
    }
  })
}

/** The price in a currency, if there is only one. */
function onlyPrice({ prices }: CatalogPackage, { currency }: Money): CatalogPrice | null {
  const [price, ...others] = prices.filter((each) => each.currency === currency)
  return price && others.length === 0 ? price : null
}

/** Revenue at another price. None if the payments cannot be assigned to one price. */
const repriced = (money: Money, before: CatalogPrice | null, after: CatalogPrice | null): Money[] =>
  before && after && before.interval === after.interval
    ? [{ ...money, amountMinor: roundedQuotient(money.amountMinor * after.amountMinor, before.amountMinor) }]
    : []
