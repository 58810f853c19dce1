import type { PurchaseFilter } from '#schema/billing/purchase.type.js'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Tables } from '#entities/tables.js'

/** The conditions of a filter on `purchase`. */
export const purchaseConditions =
  ({ statuses, providers, products, from, to }: PurchaseFilter) =>
  (eb: ExpressionBuilder<Tables, 'purchase'>): Expression<SqlBool> =>
    eb.and([
      ...(statuses ? [eb('status', 'in', statuses)] : []),
      ...(providers ? [eb('provider', 'in', providers)] : []),
      ...(products
        ? [eb('productId', 'in', eb.selectFrom('product').select('product.id').where('product.code', 'in', products))]
        : []),
      ...(from ? [eb('purchasedAt', '>=', from)] : []),
      ...(to ? [eb('purchasedAt', '<', to)] : []),
    ])
