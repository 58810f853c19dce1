import type { FeatureDefinition, TaxBehavior } from '#services/catalog/definition/types.js'
import { PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaymentPort } from '../providers/port.js'
import type { DesiredOffers, DesiredProduct } from './decide-push.js'

/**
 * Offers of our tables for a provider, with their recorded provider IDs. They include the prices that a scheduled change
 * names: providers do not apply an archived price. A price in a currency that the provider does not take is not offered there.
 */
export async function loadWanted(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
  catalog: {
    readonly business: string
    readonly features: Iterable<FeatureDefinition>
    readonly taxes: TaxBehavior | null
  },
): Promise<DesiredOffers> {
  const products = await sql.query
    .selectFrom('product')
    .select(['id', 'type', 'code', 'name', 'active'])
    .orderBy('type')
    .orderBy('code')
    .execute()
  const rows = await sql.query
    .selectFrom('price as pr')
    .leftJoin('provider_price as pp', (join) => join.onRef('pp.priceId', '=', 'pr.id').on('pp.provider', '=', provider))
    .select([
      'pr.id',
      'pr.productId',
      'pr.amountMinor',
      'pr.currency',
      'pr.interval',
      'pr.active',
      'pr.trialDays',
      'pr.per',
      'pp.externalId as linkedTo',
      'pp.externalProductId as linkedProduct',
    ])
    .select((eb) => eb.or([eb('pr.active', '=', true), eb('pr.id', 'in', scheduledPrices(sql))]).as('isWanted'))
    // Its key is not one of the catalog, and no push archives it.
    .where('pr.negotiated', '=', false)
    .where('pr.currency', 'in', [...PROVIDER_CURRENCIES[provider]])
    .$if(!abilities.oneTimePrices, (query) => query.where('pr.interval', '<>', 'ONE_TIME'))
    .orderBy('pr.id')
    .execute()
  const taken = new Set<string>()
  const prices = rows
    .map((price) => {
      const terms = [price.productId, price.interval, price.currency, price.amountMinor].join(':')
      const isFirst = !taken.has(terms)
      taken.add(terms)
      return { ...price, isFirst }
    })
    .filter(({ isWanted }) => isWanted)
  const pricesOf = Map.groupBy(prices, (price) => price.productId)
  const { business, taxes } = catalog
  return {
    business,
    products: products.map((product): DesiredProduct => {
      const key = [business, product.type, product.code].join(':').toLowerCase()
      return {
        key,
        name: product.name,
        active: product.active || (pricesOf.get(product.id) ?? []).some((price) => !price.active),
        prices: (pricesOf.get(product.id) ?? []).map(
          ({ id, amountMinor, currency, interval, trialDays, per, isFirst, linkedTo, linkedProduct }) => ({
            priceId: id,
            lookupKey: [
              key,
              interval,
              currency,
              amountMinor,
              // Another trial or another unit is another price of ours. The price at the provider shows which of them a subscriber has.
              ...(isFirst ? [] : [`trial-${trialDays}`, ...(per ? [`per-${per}`] : [])]),
            ]
              .join(':')
              .toLowerCase(),
            amountMinor,
            currency,
            interval,
            taxes: abilities.taxes ? taxes : null,
            linkedTo,
            linkedProduct,
          }),
        ),
      }
    }),
    meters: abilities.metering
      ? [...catalog.features].flatMap(({ code, name, meter, overageMeter }) => [
          ...(meter ? [{ feature: code, eventName: meter, name }] : []),
          ...(overageMeter ? [{ feature: code, eventName: overageMeter, name: `Cost of ${name} overage` }] : []),
        ])
      : [],
  }
}

const UNFINISHED = ['REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED'] as const

/**
 * Prices that a change or a migration names before it has taken effect. The later phase of a schedule has the add-ons of its
 * subscription, too; the price of the plan stands only in the current phase, where the provider keeps it.
 */
const scheduledPrices = ({ query }: Sql) =>
  query
    .selectFrom('subscription_change')
    .select('toPriceId as priceId')
    .where('status', 'in', UNFINISHED)
    .where('toPriceId', 'is not', null)
    .union(
      query
        .selectFrom('plan_migration_step')
        .select('toPriceId as priceId')
        .where('state', 'in', ['PENDING', 'SCHEDULED'])
        .where('toPriceId', 'is not', null),
    )
    .union(
      query
        .selectFrom('subscription_change as change')
        .innerJoin('subscription_item as item', (join) =>
          join
            .onRef('item.accountId', '=', 'change.accountId')
            .onRef('item.subscriptionId', '=', 'change.subscriptionId'),
        )
        .innerJoin('price as line', 'line.id', 'item.priceId')
        .innerJoin('product as sold', 'sold.id', 'line.productId')
        .select('item.priceId')
        .where('change.status', 'in', UNFINISHED)
        .where('sold.type', '<>', 'PLAN'),
    )
    .$castTo<{ priceId: string }>()

/** True if an active price is not linked to a price of the provider; then a push has something to do. */
export async function hasUnlinkedPrices(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
): Promise<boolean> {
  const row = await sql.query
    .selectFrom('price as pr')
    .innerJoin('product as p', 'p.id', 'pr.productId')
    .select('pr.id')
    .where('pr.active', '=', true)
    .where('p.active', '=', true)
    .$if(!abilities.oneTimePrices, (query) => query.where('pr.interval', '<>', 'ONE_TIME'))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('provider_price as pp')
            .select('pp.priceId')
            .whereRef('pp.priceId', '=', 'pr.id')
            .where('pp.provider', '=', provider),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
