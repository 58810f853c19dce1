import { AllocationPayload } from '#schema/entitlements/allocation.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { AllocateArgs, DeallocateArgs } from '#schema/entitlements/allocate.type.js'
import { Allocation } from '#schema/entitlements/allocation.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { allocate } from '#services/entitlements/allocations/allocate.js'
import { deallocate } from '#services/entitlements/allocations/deallocate.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toAllocation, toDenialResult } from './usage.mapper.js'

@Resolver(() => Allocation)
export class AllocationResolver {
  @mutation('Counts a named resource against a limit. Repeated calls have no effect.', () => AllocationPayload)
  @requires('ENTITLEMENTS_USE')
  async allocate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AllocateArgs) input: AllocateArgs,
  ): Promise<Allocation | Denial> {
    const outcome = await allocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation('Stops counting a named resource against a limit. Repeated calls have no effect.', () => AllocationPayload)
  @requires('ENTITLEMENTS_USE')
  async deallocate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => DeallocateArgs) input: DeallocateArgs,
  ): Promise<Allocation | Denial> {
    const outcome = await deallocate(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @fieldResolver('Entitlement after the operation.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Allocation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
