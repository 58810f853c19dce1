import { Ctx, Resolver, Root } from 'type-graphql'
import type { Feature } from '#schema/catalog/feature.type.js'
import { Allocation } from '#schema/entitlements/allocation.type.js'
import { Consumption } from '#schema/entitlements/consumption.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { Reservation } from '#schema/entitlements/reservation.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { evaluateFeature } from '#services/entitlements/snapshot/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/snapshot/account-snapshot.js'
import type { RequestContext } from '#context/request-context.js'
import { toEntitlement } from './entitlement.mapper.js'

interface Acted {
  readonly feature: Feature
  readonly snapshot: AccountSnapshot
}

/** The entitlement after the operation: computed from the snapshot of the decision, and only if selected. */
function entitlementAfter(context: RequestContext, { feature, snapshot }: Acted): Entitlement {
  const catalog = context.catalog.current()
  return toEntitlement(evaluateFeature(catalog, snapshot, catalog.features.get(feature.code)!))
}

@Resolver(() => Consumption)
export class ConsumptionResolver {
  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Consumption): Entitlement {
    return entitlementAfter(context, acted)
  }
}

@Resolver(() => Reservation)
export class ReservationResolver {
  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Reservation): Entitlement {
    return entitlementAfter(context, acted)
  }
}

@Resolver(() => Allocation)
export class AllocationResolver {
  @fieldResolver('Entitlement after the operation.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Allocation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
