import { ArgsType, ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** A user with a seat. Its resolver adds `user`. */
@objectType('A user who has a seat.')
export class SeatHolder {
  readonly __typename?: 'SeatHolder'

  /** ID of the user that `user` loads. */
  userId!: string

  @field('Time at which the seat was assigned (business clock).', () => DateTime)
  assignedAt!: Date
}

/** A page of the users with a seat. */
export const SeatHolderConnection = listPage('SeatHolder', 'users with a seat', () => SeatHolder)
export type SeatHolderConnection = InstanceType<typeof SeatHolderConnection>

/** Seats of a feature. Its resolver adds `holders`. */
@objectType('Seats of a feature that are assigned to members.')
export class SeatLicense {
  readonly __typename?: 'SeatLicense'

  /** ID of the account whose members have the seats. */
  accountId!: string

  @field('Feature whose units are seats.', () => Feature)
  feature!: Feature

  @field('Number of seats. Null if unlimited.', () => SafeInt, { nullable: true })
  limit!: number | null

  @field('Number of assigned seats. It can exceed a limit that became smaller.', () => SafeInt)
  assignedCount!: number

  @field('Number of free seats. Null if unlimited.', () => SafeInt, { nullable: true })
  remaining!: number | null
}

const FEATURE = 'Code of a feature that the catalog lists in `seats`.'

@ArgsType()
export class AssignSeatArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(FEATURE, () => String)
  feature!: string

  @field('Member who receives the seat.', () => ID)
  userId!: string

  @field('User who loses it: the seat is moved, in one step. Default: a free seat is assigned.', () => ID, {
    nullable: true,
  })
  fromUserId?: string | null
}

@ArgsType()
export class UnassignSeatArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(FEATURE, () => String)
  feature!: string

  @field('User who loses the seat.', () => ID)
  userId!: string
}
