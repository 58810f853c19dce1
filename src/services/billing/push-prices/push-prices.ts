import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'

interface MissingPrice {
  readonly priceId: string
  readonly productId: string
  readonly productName: string
  readonly type: string
  readonly code: string
  readonly amountMinor: number
  readonly currency: string
  readonly interval: 'ONE_TIME' | 'MONTH' | 'YEAR'
}

/** Well under what a provider allows in a second, and enough that a start does not wait for a long price list. */
const PRODUCTS_AT_ONCE = 8

/** Makes sure that the provider sells every active price of ours, found by lookup key. A second run asks nothing. */
export async function pushPrices(
  context: Pick<BillingContext, 'database' | 'log'>,
  port: PaymentPort,
  business: string,
): Promise<number> {
  const missing = await context.database.rows<MissingPrice>(
    `select pr.id as price_id, pr.product_id, p.name as product_name, p.type, p.code, pr.amount_minor, pr.currency, pr."interval"
     from price pr join product p on p.id = pr.product_id
     where pr.active and p.active and not exists (select 1 from provider_price pp where pp.price_id = pr.id and pp.provider = $1)
     order by pr.id`,
    [port.provider],
  )
  const products = [...Map.groupBy(missing, (price) => price.productId).values()]
  while (products.length > 0) {
    // Prices of one product share its creation, so they follow each other; products do not wait for each other.
    await Promise.all(
      products.splice(0, PRODUCTS_AT_ONCE).map((prices) => pushProduct(context, port, business, prices)),
    )
  }
  return missing.length
}

async function pushProduct(
  context: Pick<BillingContext, 'database' | 'log'>,
  port: PaymentPort,
  business: string,
  prices: readonly MissingPrice[],
): Promise<void> {
  for (const price of prices) {
    const lookupKey = [business, price.type, price.code, price.interval, price.currency, price.amountMinor]
      .join(':')
      .toLowerCase()
    const { externalId, externalProductId } = await port.pushPrice({ ...price, lookupKey })
    await context.database.run(
      `insert into provider_price (provider, price_id, external_id, external_product_id) values ($1, $2, $3, $4) on conflict do nothing`,
      [port.provider, price.priceId, externalId, externalProductId],
    )
    context.log.info({ price: price.priceId, externalId, lookupKey }, 'Created Stripe product')
  }
}
