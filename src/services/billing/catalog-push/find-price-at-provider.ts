import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/port.js'

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
