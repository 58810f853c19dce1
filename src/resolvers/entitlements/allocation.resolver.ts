import { Ctx, Resolver, Root } from 'type-graphql'
import { AllocateInput, AllocateResult, DeallocateInput, DeallocateResult } from '#schema/entitlements/allocate.type.js'
import { Allocation } from '#schema/entitlements/allocation.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { allocate } from '#services/entitlements/allocations/allocate.js'
import { deallocate } from '#services/entitlements/allocations/deallocate.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toAllocation, toDenialResult } from './usage.mapper.js'

@Resolver(() => Allocation)
export class AllocationResolver {
  @mutation('Counts a named resource against a limit. Repeated calls have no effect.', () => AllocateResult)
  async allocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => AllocateInput) input: AllocateInput,
  ): Promise<AllocateResult> {
    const outcome = await allocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation('Stops counting a named resource against a limit. Repeated calls have no effect.', () => DeallocateResult)
  async deallocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => DeallocateInput) input: DeallocateInput,
  ): Promise<DeallocateResult> {
    const outcome = await deallocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @fieldResolver('Entitlement after the operation.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Allocation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
