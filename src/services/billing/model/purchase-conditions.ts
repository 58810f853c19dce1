import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { PurchaseStatus } from '#entities/billing/purchase-state.js'
import type { Tables } from '#entities/tables.js'
import type { ProviderName } from './port.js'

/** Conditions on purchases. Null and undefined do not filter. */
export interface PurchaseFilter {
  readonly statuses?: readonly PurchaseStatus[] | null
  readonly providers?: readonly ProviderName[] | null
  /** Codes of products. */
  readonly products?: readonly string[] | null
  /** Business time of the payment. */
  readonly from?: Date | null
  readonly to?: Date | null
}

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
