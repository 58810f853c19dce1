import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { Consumption } from './consumption.type.js'
import { InsufficientCredits } from './insufficient-credits.type.js'
import { QuotaExceeded } from './quota-exceeded.type.js'
import { Reservation } from './reservation.type.js'

const KEY =
  "The caller's own key of this attempt: repeated calls always return the first result. 1 to 255 printable ASCII characters without spaces."

/** What to take. */
@inputType('What to take, and from whom.')
export class ConsumeInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field('The code of a quota or of credits.', () => String)
  feature!: string

  @field('Number of units, from 1 to 1,000,000,000,000. Null is refused.', () => SafeInt, {
    nullable: true,
    defaultValue: 1,
  })
  amount?: number | null

  @field("The caller's own word for what they are for; kept in the ledger.", () => String, { nullable: true })
  reference?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** What to hold. */
@inputType('What to hold, and for how long.')
export class ReserveInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field('The code of a quota or of credits.', () => String)
  feature!: string

  @field('How many units, from 1 to 1,000,000,000,000.', () => SafeInt)
  amount!: number

  @field('After how many seconds of business time they come back by themselves: 1 to 604,800.', () => Int, {
    nullable: true,
    defaultValue: 300,
  })
  expiresInSeconds?: number | null

  @field("The caller's own word for what they are for; kept in the ledger.", () => String, { nullable: true })
  reference?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** What to use of a reservation. */
@inputType(
  'What to use of a reservation. Less than reserved gives the rest back; more takes the difference if it is there, else is denied and the reservation stays.',
)
export class CommitReservationInput {
  @field('The reservation.', () => ID)
  reservationId!: string

  @field('How many units were used, at least 1. Left out: all that were held.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** Which reservation to give back. */
@inputType('Which reservation to give back.')
export class ReleaseReservationInput {
  @field('The reservation.', () => ID)
  reservationId!: string

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** What `consume` and `commitReservation` answer. */
export const ConsumeResult = unionType('ConsumeResult', 'The units that were taken, or why they were not.', () => [
  Consumption,
  QuotaExceeded,
  InsufficientCredits,
  RateLimited,
  Refused,
])
export type ConsumeResult = Consumption | QuotaExceeded | InsufficientCredits | RateLimited | Refused

/** What `reserve` and `releaseReservation` answer. */
export const ReserveResult = unionType('ReserveResult', 'The reservation as it stands now, or why it does not.', () => [
  Reservation,
  QuotaExceeded,
  InsufficientCredits,
  RateLimited,
  Refused,
])
export type ReserveResult = Reservation | QuotaExceeded | InsufficientCredits | RateLimited | Refused
