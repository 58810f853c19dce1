import { Ctx, Resolver } from 'type-graphql'
import { AllocationInput, AllocationResult } from '#schema/entitlements/allocate.type.js'
import {
  CommitReservationInput,
  ConsumeInput,
  ConsumeResult,
  ReleaseReservationInput,
  ReserveInput,
  ReserveResult,
} from '#schema/entitlements/consume.type.js'
import { RecordUsageResult, UsageInput } from '#schema/entitlements/record-usage.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { consume } from '#services/entitlements/usage/consume.js'
import { recordUsage } from '#services/entitlements/usage/record-usage.js'
import { commitReservation, releaseReservation, reserve } from '#services/entitlements/usage/reserve.js'
import { allocateResource, deallocateResource } from '#services/entitlements/allocations/allocate-resource.js'
import type { RequestContext } from '#context/request-context.js'
import { toAllocation, toConsumption, toDenialResult, toReservation } from './usage.mapper.js'

/** Entitlement operations of services. */
@Resolver()
export class UsageResolver {
  @mutation(
    'Consumes units of a quota or credits, all or none. The result is durable. Requires scope `entitlements:write`.',
    () => ConsumeResult,
  )
  async consume(
    @Ctx() context: RequestContext,
    @arg('input', 'Feature, account and amount to consume.', () => ConsumeInput) input: ConsumeInput,
  ): Promise<ConsumeResult> {
    const outcome = await consume(context, input)
    return outcome.kind === 'denied'
      ? toDenialResult(context, outcome)
      : toConsumption(outcome.consumption, outcome.appliedFailurePolicy)
  }

  @mutation('Reserves units until they are committed, released or expired.', () => ReserveResult)
  async reserve(
    @Ctx() context: RequestContext,
    @arg('input', 'Feature, amount and duration of the reservation.', () => ReserveInput) input: ReserveInput,
  ): Promise<ReserveResult> {
    const outcome = await reserve(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation('Consumes reserved units.', () => ConsumeResult)
  async commitReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'Reservation and amount to commit.', () => CommitReservationInput) input: CommitReservationInput,
  ): Promise<ConsumeResult> {
    const outcome = await commitReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toConsumption(outcome.consumption)
  }

  @mutation('Releases the reserved units.', () => ReserveResult)
  async releaseReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'Reservation to release.', () => ReleaseReservationInput) input: ReleaseReservationInput,
  ): Promise<ReserveResult> {
    const outcome = await releaseReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation('Counts a named resource against a limit. Repeated calls have no effect.', () => AllocationResult)
  async allocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await allocateResource(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation('Stops counting a named resource against a limit. Repeated calls have no effect.', () => AllocationResult)
  async deallocate(
    @Ctx() context: RequestContext,
    @arg('input', 'The named resource.', () => AllocationInput) input: AllocationInput,
  ): Promise<AllocationResult> {
    const outcome = await deallocateResource(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toAllocation(outcome.allocation)
  }

  @mutation(
    'Records usage that already happened, at most 1,000 events. Each event is accepted or rejected on its own.',
    () => RecordUsageResult,
  )
  recordUsage(
    @Ctx() context: RequestContext,
    @arg('events', 'Usage events, at most 1,000.', () => [UsageInput]) events: UsageInput[],
  ): Promise<RecordUsageResult> {
    return recordUsage(context, events)
  }
}
