import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { PriceDefinition } from '#services/catalog/definition/types.js'

/** A price is never changed: another amount is another price. */
export async function insertPrice(
  sql: Sql,
  productId: string,
  price: Pick<PriceDefinition, 'currency' | 'amountMinor' | 'interval'>,
): Promise<void> {
  await sql.run(`insert into price (id, product_id, currency, amount_minor, "interval") values ($1, $2, $3, $4, $5)`, [
    newId('prc'),
    productId,
    price.currency,
    price.amountMinor,
    price.interval,
  ])
}
