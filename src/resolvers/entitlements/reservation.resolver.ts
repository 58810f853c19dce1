import { ReservationPayload } from '#schema/entitlements/reservation.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { ConsumptionPayload, type Consumption } from '#schema/entitlements/consumption.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import {
  CommitReservationArgs,
  ExtendReservationArgs,
  ReleaseReservationArgs,
  ReserveInput,
} from '#schema/entitlements/consume.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { Reservation } from '#schema/entitlements/reservation.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { commitReservation } from '#services/entitlements/usage/commit-reservation.js'
import { extendReservation } from '#services/entitlements/usage/extend-reservation.js'
import { releaseReservation } from '#services/entitlements/usage/release-reservation.js'
import { reserve } from '#services/entitlements/usage/reserve.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toConsumption, toDenialResult, toReservation } from './usage.mapper.js'

@Resolver(() => Reservation)
export class ReservationResolver {
  @mutation('Reserves units until they are committed, released or expired.', () => ReservationPayload)
  @requires('ENTITLEMENTS_USE')
  async reserve(
    @Ctx() context: RequestContext,
    @keyedInput('Feature, amount and duration of the reservation.', () => ReserveInput) input: ReserveInput,
  ): Promise<Reservation | Denial> {
    const outcome = await reserve(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation(
    'Changes the end of a reservation, or the estimate of the units that are used so far.',
    () => ReservationPayload,
  )
  async extendReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ExtendReservationArgs) input: ExtendReservationArgs,
  ): Promise<Reservation | Denial> {
    const outcome = await extendReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @mutation(
    'Consumes reserved units. After the end of the reservation, they are recorded as a fact.',
    () => ConsumptionPayload,
  )
  async commitReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CommitReservationArgs) input: CommitReservationArgs,
  ): Promise<Consumption | Denial> {
    const outcome = await commitReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toConsumption(outcome.consumption)
  }

  @mutation('Releases the reserved units.', () => ReservationPayload)
  async releaseReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReleaseReservationArgs) input: ReleaseReservationArgs,
  ): Promise<Reservation | Denial> {
    const outcome = await releaseReservation(context, input)
    return outcome.kind === 'denied' ? toDenialResult(context, outcome) : toReservation(outcome.reservation)
  }

  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Reservation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
