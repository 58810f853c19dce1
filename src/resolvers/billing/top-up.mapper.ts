import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import type { TopUp } from '#schema/billing/auto-top-up.type.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

/** Null if the catalog does not have the feature any more. */
export function toTopUp({ catalog }: Pick<RequestContext, 'catalog'>, row: TopUpRow): TopUp | null {
  const feature = catalog.current().features.get(row.feature)
  if (!feature) return null
  const { id, status, failureReason, createdAt, completedAt } = row
  return {
    __typename: 'TopUp',
    id,
    feature: toFeature(feature),
    status,
    failureReason,
    price: toMoney(row),
    createdAt,
    completedAt,
  }
}
