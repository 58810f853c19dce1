import { lockName } from '#services/kernel/database/named-lock.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { LinkedPrices, NewPrice } from './decide-adoption.js'

/** Products of the prices that are linked at a provider. */
export async function linkedPrices(sql: Sql, provider: ProviderName): Promise<LinkedPrices> {
  const rows = await sql.query
    .selectFrom('provider_price as at')
    .innerJoin('price', 'price.id', 'at.priceId')
    .innerJoin('product', 'product.id', 'price.productId')
    .select(['at.externalId', 'product.type', 'product.code'])
    .where('at.provider', '=', provider)
    .execute()
  return new Map(rows.map(({ externalId, type, code }) => [externalId, { type, code }]))
}

/**
 * Links prices of the provider. Each becomes a price of its product with its own amount, which is not for sale: subscribers keep what they
 * pay, and the catalog keeps what it sells. Repeated calls have no effect.
 */
export async function adoptPrices(
  context: BillingContext,
  provider: ProviderName,
  prices: readonly NewPrice[],
): Promise<number> {
  if (prices.length === 0) return 0
  const catalog = context.catalog.current()
  const adopted = await context.database.transaction(async (transaction) => {
    await lockName(transaction, 'catalog load')
    const known = await linkedPrices(transaction, provider)
    const missing = prices.filter(({ price }) => !known.has(price.externalId))
    for (const { price, rule } of missing) {
      const product = rule.type === 'PLAN' ? catalog.planByCode.get(rule.code) : catalog.packageByCode.get(rule.code)
      const { productId, prices: sold } = product!
      const priceId = transaction.newId('prc')
      const { amountMinor, currency } = price.money!
      await transaction.query
        .insertInto('price')
        .values({
          id: priceId,
          productId,
          amountMinor,
          currency,
          interval: rule.interval,
          per: sold.find(({ interval }) => interval === rule.interval)?.per ?? null,
          active: false,
        })
        .execute()
      const { externalId, externalProductId } = price
      await transaction.query
        .insertInto('provider_price')
        .values({ provider, priceId, externalId, externalProductId })
        .execute()
    }
    return missing.length
  })
  if (adopted > 0) {
    await context.catalog.reload()
    context.notifier.notify([CATALOG_TOPIC])
  }
  return adopted
}
