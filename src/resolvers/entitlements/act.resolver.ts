import { Ctx, Resolver } from 'type-graphql'
import { AllocationInput, AllocationResult } from '../../schema/entitlements/allocate.type.js'
import {
  CommitReservationInput,
  ConsumeInput,
  ConsumeResult,
  ReleaseReservationInput,
  ReserveInput,
  ReserveResult,
} from '../../schema/entitlements/consume.type.js'
import { RecordUsageResult, UsageInput } from '../../schema/entitlements/record-usage.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import { consume } from '../../services/entitlements/act/consume.js'
import { recordUsage } from '../../services/entitlements/act/record-usage.js'
import { commitReservation, releaseReservation, reserve } from '../../services/entitlements/act/reserve.js'
import { allocateResource, deallocateResource } from '../../services/entitlements/allocations/allocate-resource.js'
import type { RequestContext } from '../../context/request-context.js'
import { directMutation } from '../kernel/direct.js'
import { toAllocation, toConsumption, toRefusal, toReservation } from './act.mapper.js'

const inputOf = <Input>(
  _root: unknown,
  { input }: { input: Input },
  context: RequestContext,
): [RequestContext, Input] => [context, input]

/** What services do with the entitlements of accounts. */
@Resolver()
export class ActResolver {
  @mutation(
    'Takes units of a quota or credits, all or none; durable before the answer. For services with the scope `entitlements:write`.',
    () => ConsumeResult,
  )
  @directMutation(inputOf<ConsumeInput>)
  async consume(
    @Ctx() context: RequestContext,
    @arg('input', 'What to take, and from whom.', () => ConsumeInput) input: ConsumeInput,
  ): Promise<ConsumeResult> {
    const outcome = await consume(context, input)
    return outcome.kind === 'denied'
      ? toRefusal(context, outcome)
      : toConsumption(outcome.consumption, outcome.decidedBy)
  }

  @mutation('Holds units until they are committed, released, or the time is over.', () => ReserveResult)
  @directMutation(inputOf<ReserveInput>)
  async reserve(
    @Ctx() context: RequestContext,
    @arg('input', 'What to hold, and for how long.', () => ReserveInput) input: ReserveInput,
  ): Promise<ReserveResult> {
    const outcome = await reserve(context, input)
    return outcome.kind === 'denied' ? toRefusal(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation('Uses what was held.', () => ConsumeResult)
  @directMutation(inputOf<CommitReservationInput>)
  async commitReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'What to use of it.', () => CommitReservationInput) input: CommitReservationInput,
  ): Promise<ConsumeResult> {
    const outcome = await commitReservation(context, input)
    return outcome.kind === 'denied' ? toRefusal(context, outcome) : toConsumption(outcome.consumption)
  }

  @mutation('Gives back what was held.', () => ReserveResult)
  @directMutation(inputOf<ReleaseReservationInput>)
  async releaseReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'Which reservation.', () => ReleaseReservationInput) input: ReleaseReservationInput,
  ): Promise<ReserveResult> {
    const outcome = await releaseReservation(context, input)
    return outcome.kind === 'denied' ? toRefusal(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation('Counts a named resource against a limit; twice is once.', () => AllocationResult)
  async allocate(
    @Ctx() context: RequestContext,
    @arg('input', 'Which resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await allocateResource(context, input)
    return outcome.kind === 'denied' ? toRefusal(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation('Gives a named resource back; twice is once.', () => AllocationResult)
  async deallocate(
    @Ctx() context: RequestContext,
    @arg('input', 'Which resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await deallocateResource(context, input)
    return outcome.kind === 'denied' ? toRefusal(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation(
    'Records what was used, at most 1,000 events at once; each is taken like a consumption, once by its key.',
    () => RecordUsageResult,
  )
  recordUsage(
    @Ctx() context: RequestContext,
    @arg('events', 'What was used.', () => [UsageInput]) events: UsageInput[],
  ): Promise<RecordUsageResult> {
    return recordUsage(context, events)
  }
}
