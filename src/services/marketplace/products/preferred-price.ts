import { sql } from 'kysely'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import type { QueryBuilder } from '#services/kernel/database/query-builder.js'

/** Subquery: the active price of the row of `product` in a currency, otherwise its oldest active price. */
export const preferredPrice = (query: QueryBuilder, currency: string) =>
  query
    .selectFrom('price')
    .select((eb) =>
      jsonBuildObject({
        amountMinor: eb.ref('price.amountMinor'),
        currency: eb.ref('price.currency'),
        interval: eb.ref('price.interval'),
      }).as('price'),
    )
    .where('price.productId', '=', sql.ref<string>('product.id'))
    .where('price.active', '=', true)
    .orderBy((eb) => eb('price.currency', '=', currency), 'desc')
    .orderBy('price.id')
    .limit(1)
