import { Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  AssignSeatInput,
  AssignSeatResult,
  MoveSeatInput,
  MoveSeatResult,
  SeatLicense,
  UnassignSeatInput,
  UnassignSeatResult,
} from '#schema/entitlements/seat.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { assignSeat } from '#services/entitlements/seats/assign-seat.js'
import { moveSeat } from '#services/entitlements/seats/move-seat.js'
import { readSeats } from '#services/entitlements/seats/read-seats.js'
import { unassignSeat } from '#services/entitlements/seats/unassign-seat.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => Account)
export class SeatResolver {
  @mutation(
    'Assigns a free seat to a member. A member with a seat keeps it. Requires an owner or admin.',
    () => AssignSeatResult,
  )
  async assignSeat(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature and member.', () => AssignSeatInput) input: AssignSeatInput,
  ): Promise<AssignSeatResult> {
    return toAccountResult(context, await assignSeat(context, input))
  }

  @mutation(
    'Frees the seat of a user. Has no effect for a user without one. Requires an owner or admin.',
    () => UnassignSeatResult,
  )
  async unassignSeat(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature and user.', () => UnassignSeatInput) input: UnassignSeatInput,
  ): Promise<UnassignSeatResult> {
    return toAccountResult(context, await unassignSeat(context, input))
  }

  @mutation(
    'Moves the seat of a user to a member without one, in one step. Requires an owner or admin.',
    () => MoveSeatResult,
  )
  async moveSeat(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature and both users.', () => MoveSeatInput) input: MoveSeatInput,
  ): Promise<MoveSeatResult> {
    return toAccountResult(context, await moveSeat(context, input))
  }

  @fieldResolver(
    'Seats that are assigned to members, one entry per feature of `seats` of the catalog. Null with an error without `entitlements:read`.',
    () => [SeatLicense],
    { nullable: true },
  )
  async seats(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @arg('userId', 'User whose seat is returned. Default: all holders.', () => ID, { nullable: true })
    userId: string | null | undefined,
  ): Promise<SeatLicense[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    const seats = await readSeats(context.database, context.catalog.current(), snapshot, userId ?? null)
    return seats.map((license) => ({
      __typename: 'SeatLicense',
      ...license,
      feature: toFeature(license.feature),
    }))
  }
}
