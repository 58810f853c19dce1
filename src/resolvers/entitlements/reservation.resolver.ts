import { ReservationPayload, Reservation } from '#schema/entitlements/reservation.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { ConsumptionPayload } from '#schema/entitlements/consumption.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import {
  CommitReservationArgs,
  ExtendReservationArgs,
  ReleaseReservationArgs,
  ReserveInput,
} from '#schema/entitlements/consume.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { commitReservation } from '#services/entitlements/usage/commit-reservation.js'
import { extendReservation } from '#services/entitlements/usage/extend-reservation.js'
import { releaseReservation } from '#services/entitlements/usage/release-reservation.js'
import { reserve } from '#services/entitlements/usage/reserve.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toConsumption, toReservation } from './usage.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver(() => Reservation)
export class ReservationResolver {
  @mutation('Reserves units until they are committed, released or expired.', {
    payload: () => ReservationPayload,
    permission: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    payable: true,
    audited: 'ledger',
  })
  reserve(
    @Ctx() context: RequestContext,
    @keyedInput('Feature, amount and duration of the reservation.', () => ReserveInput) input: ReserveInput,
  ) {
    return unlessDenied(reserve(context, input), (outcome) => toReservation(outcome.reservation))
  }

  @mutation('Changes the end of a reservation, or the estimate of the units that are used so far.', {
    payload: () => ReservationPayload,
    permissionOnObject: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    payable: true,
    audited: 'ledger',
  })
  extendReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ExtendReservationArgs) input: ExtendReservationArgs,
  ) {
    return unlessDenied(extendReservation(context, input), (outcome) => toReservation(outcome.reservation))
  }

  @mutation('Consumes reserved units. After the end of the reservation, they are recorded as a fact.', {
    payload: () => ConsumptionPayload,
    permissionOnObject: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    payable: true,
    audited: 'ledger',
  })
  commitReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CommitReservationArgs) input: CommitReservationArgs,
  ) {
    return unlessDenied(commitReservation(context, input), (outcome) => toConsumption(outcome.consumption))
  }

  @mutation('Releases the reserved units.', {
    payload: () => ReservationPayload,
    permissionOnObject: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    audited: 'ledger',
  })
  releaseReservation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReleaseReservationArgs) input: ReleaseReservationArgs,
  ) {
    return unlessDenied(releaseReservation(context, input), (outcome) => toReservation(outcome.reservation))
  }

  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Reservation): Entitlement {
    return entitlementAfter(context, acted)
  }
}
