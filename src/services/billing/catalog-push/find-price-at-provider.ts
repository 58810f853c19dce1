import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'

/** The provider's ID of a price. Null if the price was not pushed to the provider. */
export async function findPriceAtProvider(sql: Sql, provider: ProviderName, priceId: string): Promise<string | null> {
  const row = await sql.query
    .selectFrom('provider_price')
    .select('externalId')
    .where('provider', '=', provider)
    .where('priceId', '=', priceId)
    .executeTakeFirst()
  return row?.externalId ?? null
}

/** The same, after a negotiated price was created there. Repeated and concurrent calls create one price. */
export async function priceAtProvider(
  context: Pick<BillingContext, 'database' | 'catalog'>,
  port: PaymentPort,
  priceId: string,
): Promise<string | null> {
  const { database } = context
  const found = await findPriceAtProvider(database, port.provider, priceId)
  const { business, taxes, priceById, productById } = context.catalog.current()
  const price = priceById.get(priceId)
  if (found || !price?.negotiated) return found
  const product = await database.query
    .selectFrom('provider_price as at')
    .innerJoin('price', 'price.id', 'at.priceId')
    .select('at.externalProductId')
    .where('at.provider', '=', port.provider)
    .where('price.productId', '=', price.productId)
    .limit(1)
    .executeTakeFirst()
  if (!product) return null
  const externalId = await port.createPrice({
    ...price.money,
    interval: price.interval,
    externalProductId: product.externalProductId,
    productName: productById.get(price.productId)?.name ?? '',
    // Not a key of the catalog: a push archives prices of the catalog that are not for sale.
    lookupKey: `negotiated:${business}:${priceId}`,
    taxes: port.abilities.taxes ? taxes : null,
  })
  await database.query
    .insertInto('provider_price')
    .values({ provider: port.provider, priceId, externalId, externalProductId: product.externalProductId })
    .onConflict((conflict) => conflict.columns(['provider', 'priceId']).doNothing())
    .execute()
  return externalId
}
