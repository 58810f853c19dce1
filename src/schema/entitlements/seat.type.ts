import { ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { Account } from '../identity/account.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { QuotaExceeded } from './quota-exceeded.type.js'

@objectType('A user who has a seat.')
export class SeatHolder {
  readonly __typename?: 'SeatHolder'

  @field('User with the seat.', () => ID)
  userId!: string

  @field('Time at which the seat was assigned (business clock).', () => DateTime)
  since!: Date
}

@objectType('Seats of a feature that are assigned to members.')
export class SeatLicense {
  readonly __typename?: 'SeatLicense'

  @field('Feature whose units are seats.', () => Feature)
  feature!: Feature

  @field('Number of seats. Null if unlimited.', () => SafeInt, { nullable: true })
  limit!: number | null

  @field('Number of assigned seats. It can exceed a limit that became smaller.', () => SafeInt)
  assigned!: number

  @field('Number of free seats. Null if unlimited.', () => SafeInt, { nullable: true })
  remaining!: number | null

  @field('Users with a seat, oldest first, at most 1,000 of all features.', () => [SeatHolder])
  holders!: readonly SeatHolder[]
}

const FEATURE = 'Code of a feature that the catalog lists in `seats`.'

@inputType('A seat to assign.')
export class AssignSeatInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(FEATURE, () => String)
  feature!: string

  @field('Member who receives the seat.', () => ID)
  userId!: string
}

@inputType('A seat to free.')
export class UnassignSeatInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(FEATURE, () => String)
  feature!: string

  @field('User who loses the seat.', () => ID)
  userId!: string
}

@inputType('A seat to move.')
export class MoveSeatInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(FEATURE, () => String)
  feature!: string

  @field('User who loses the seat.', () => ID)
  fromUserId!: string

  @field('Member who receives the seat.', () => ID)
  toUserId!: string
}

export const AssignSeatResult = unionType('AssignSeatResult', 'The account with its seats, or a denial.', () => [
  Account,
  QuotaExceeded,
  Refused,
])
export type AssignSeatResult = Account | QuotaExceeded | Refused

export const UnassignSeatResult = unionType('UnassignSeatResult', 'The account with its seats, or a denial.', () => [
  Account,
  Refused,
])
export type UnassignSeatResult = Account | Refused

export const MoveSeatResult = unionType('MoveSeatResult', 'The account with its seats, or a denial.', () => [
  Account,
  Refused,
])
export type MoveSeatResult = Account | Refused
