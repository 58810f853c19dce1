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
  for (const price of missing) {
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
  return missing.length
}
