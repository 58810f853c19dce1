import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { AssignSeatArgs, SeatHolder, SeatLicense, UnassignSeatArgs } from '#schema/entitlements/seat.type.js'
import { Account } from '#schema/identity/account.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { assignSeat } from '#services/entitlements/seats/assign-seat.js'
import { readSeats } from '#services/entitlements/seats/read-seats.js'
import { unassignSeat } from '#services/entitlements/seats/unassign-seat.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toUser } from '../identity/account.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => AccountUsage)
export class SeatResolver {
  @mutation(
    'Assigns a free seat to a member, or moves that of another user. A member with a seat keeps it.',
    () => AccountPayload,
  )
  @requires('BILLING_MANAGE')
  async assignSeat(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AssignSeatArgs) input: AssignSeatArgs,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await assignSeat(context, input))
  }

  @mutation('Frees the seat of a user. Has no effect for a user without one.', () => AccountPayload)
  @requires('BILLING_MANAGE')
  async unassignSeat(
    @Ctx() context: RequestContext,
    @mutationArgs(() => UnassignSeatArgs) input: UnassignSeatArgs,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await unassignSeat(context, input))
  }

  @fieldResolver('Seats that are assigned to members, one entry per feature of `seats` of the catalog.', () => [
    SeatLicense,
  ])
  async seats(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
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
      holders: license.holders.map(({ userId: id, since }) => ({ userId: id, assignedAt: since })),
    }))
  }
}

@Resolver(() => SeatHolder)
export class SeatHolderResolver {
  @fieldResolver('User with the seat. Null if the user was deleted.', () => User, { nullable: true })
  async user(@Ctx() context: RequestContext, @Root() { userId }: SeatHolder): Promise<User | null> {
    const row = await context.loaders.user.load(userId)
    return row && toUser(row)
  }
}
