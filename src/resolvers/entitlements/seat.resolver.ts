import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  AssignSeatArgs,
  SeatHolder,
  SeatHolderConnection,
  SeatLicense,
  UnassignSeatArgs,
} from '#schema/entitlements/seat.type.js'
import { User } from '#schema/identity/user.type.js'
import { MemberFilter } from '#schema/identity/member.type.js'
import { arg, field, fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { assignSeat } from '#services/entitlements/seats/assign-seat.js'
import { readSeats } from '#services/entitlements/seats/read-seats.js'
import { seatHolders } from '#services/entitlements/seats/seat-holders.js'
import { unassignSeat } from '#services/entitlements/seats/unassign-seat.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toUser } from '../identity/account.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { toListPage } from '../kernel/page.mapper.js'
import { snapshotOf } from './load-entitlement.js'
import { mutation } from '../kernel/mutation.js'

@Resolver(() => AccountUsage)
export class SeatResolver {
  @mutation('Assigns a free seat to a member, or moves that of another user. A member with a seat keeps it.', {
    payload: () => AccountPayload,
    permission: 'BILLING_MANAGE',
    moves: 'entitlements',
    repeats: 'The member already has the seat.',
  })
  assignSeat(@Ctx() context: RequestContext, @mutationArgs(() => AssignSeatArgs) input: AssignSeatArgs) {
    return toAccountResult(context, assignSeat(context, input))
  }

  @mutation('Frees the seat of a user. Has no effect for a user without one.', {
    payload: () => AccountPayload,
    permission: 'BILLING_MANAGE',
    moves: 'entitlements',
    repeats: 'The user already has no seat.',
  })
  unassignSeat(@Ctx() context: RequestContext, @mutationArgs(() => UnassignSeatArgs) input: UnassignSeatArgs) {
    return toAccountResult(context, unassignSeat(context, input))
  }

  @fieldResolver('Seats that are assigned to members, one entry per feature of `seats` of the catalog.', () => [
    SeatLicense,
  ])
  async seats(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @arg('feature', 'Code of the feature whose seats are returned. Default: all.', () => String, { nullable: true })
    feature: string | null | undefined,
  ): Promise<SeatLicense[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    return readSeats(context.catalog.current(), snapshot, feature ?? null).map((license) => ({
      __typename: 'SeatLicense',
      accountId: account.id,
      ...license,
      feature: toFeature(license.feature),
    }))
  }
}

const HOLDERS_PER_PAGE = 50

@ArgsType()
class HoldersArgs extends pageArgs(HOLDERS_PER_PAGE) {
  @field('Members to return. Default: all users with a seat.', () => MemberFilter, { nullable: true })
  filter?: MemberFilter | null

  @field('Only this user. Default: all.', () => ID, { nullable: true })
  userId?: string | null
}

@Resolver(() => SeatLicense)
export class SeatLicenseResolver {
  @fieldResolver('Users with a seat, oldest assignment first.', () => SeatHolderConnection)
  async holders(
    @Ctx() { database }: RequestContext,
    @Root() { accountId, feature }: SeatLicense,
    @Args(() => HoldersArgs) { filter = null, userId = null, ...args }: HoldersArgs,
  ): Promise<SeatHolderConnection> {
    const scope = { accountId, feature: feature.code, filter, userId }
    const page = await seatHolders(database, scope, pageRequest(args, HOLDERS_PER_PAGE))
    return toListPage(page, [...page.items])
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
