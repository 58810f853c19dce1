import { AllocationPayload, Allocation } from '#schema/entitlements/allocation.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { AllocateArgs, DeallocateArgs } from '#schema/entitlements/allocate.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { allocate } from '#services/entitlements/allocations/allocate.js'
import { deallocate } from '#services/entitlements/allocations/deallocate.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toAllocation } from './usage.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver(() => Allocation)
export class AllocationResolver {
  @mutation('Counts a named resource against a limit. Repeated calls have no effect.', {
    payload: () => AllocationPayload,
    permission: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    payable: true,
    repeats: 'The resource ID identifies the allocation.',
    audited: 'ledger',
  })
  allocate(@Ctx() context: RequestContext, @mutationArgs(() => AllocateArgs) input: AllocateArgs) {
    return unlessDenied(allocate(context, input), (outcome) => toAllocation(outcome.allocation))
  }

  @mutation('Stops counting a named resource against a limit. Repeated calls have no effect.', {
    payload: () => AllocationPayload,
    permission: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    repeats: 'The resource ID identifies the allocation.',
    audited: 'ledger',
  })
  deallocate(@Ctx() context: RequestContext, @mutationArgs(() => DeallocateArgs) input: DeallocateArgs) {
    return unlessDenied(deallocate(context, input), (outcome) => toAllocation(outcome.allocation))
  }

  @fieldResolver('Entitlement after the operation.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Allocation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
