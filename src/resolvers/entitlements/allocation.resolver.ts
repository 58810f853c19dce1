import { Ctx, Resolver, Root } from 'type-graphql'
import { AllocationInput, AllocationResult } from '#schema/entitlements/allocate.type.js'
import { Allocation } from '#schema/entitlements/allocation.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { allocate } from '#services/entitlements/allocations/allocate.js'
import { deallocate } from '#services/entitlements/allocations/deallocate.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toAllocation, toDenialResult } from './usage.mapper.js'

@Resolver(() => Allocation)
export class AllocationResolver {
  @mutation('Counts a named resource against a limit. Repeated calls have no effect.', () => AllocationResult)
  async allocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await allocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation('Stops counting a named resource against a limit. Repeated calls have no effect.', () => AllocationResult)
  async deallocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await deallocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @fieldResolver('Entitlement after the operation.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Allocation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
