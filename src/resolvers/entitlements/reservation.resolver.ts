import { Ctx, Resolver, Root } from 'type-graphql'
import {
  CommitReservationInput,
  CommitReservationResult,
  ReleaseReservationInput,
  ReleaseReservationResult,
  ReserveInput,
  ReserveResult,
} from '#schema/entitlements/consume.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { Reservation } from '#schema/entitlements/reservation.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { commitReservation } from '#services/entitlements/usage/commit-reservation.js'
import { releaseReservation } from '#services/entitlements/usage/release-reservation.js'
import { reserve } from '#services/entitlements/usage/reserve.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toConsumption, toDenialResult, toReservation } from './usage.mapper.js'

@Resolver(() => Reservation)
export class ReservationResolver {
  @mutation('Reserves units until they are committed, released or expired.', () => ReserveResult)
  async reserve(
    @Ctx() context: RequestContext,
    @arg('input', 'Feature, amount and duration of the reservation.', () => ReserveInput) input: ReserveInput,
  ): Promise<ReserveResult> {
    const outcome = await reserve(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation('Consumes reserved units.', () => CommitReservationResult)
  async commitReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'Reservation and amount to commit.', () => CommitReservationInput) input: CommitReservationInput,
  ): Promise<CommitReservationResult> {
    const outcome = await commitReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toConsumption(outcome.consumption)
  }

  @mutation('Releases the reserved units.', () => ReleaseReservationResult)
  async releaseReservation(
    @Ctx() context: RequestContext,
    @arg('input', 'Reservation to release.', () => ReleaseReservationInput) input: ReleaseReservationInput,
  ): Promise<ReleaseReservationResult> {
    const outcome = await releaseReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Reservation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
