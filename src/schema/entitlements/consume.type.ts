import { USE_TEXT_DESCRIPTIONS } from '#services/entitlements/model/use-texts.js'
import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY_FOREVER } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { Consumption } from './consumption.type.js'
import { InsufficientCredits } from './insufficient-credits.type.js'
import { QuotaExceeded } from './quota-exceeded.type.js'
import { Reservation } from './reservation.type.js'
import { WorkInput } from './work.input.js'

@inputType('Feature, account and amount to consume.')
export class ConsumeInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, 1–1,000,000,000,000.', () => SafeInt, { defaultValue: 1 })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field(USE_TEXT_DESCRIPTIONS.reference, () => String, { nullable: true })
  reference?: string | null

  @field(USE_TEXT_DESCRIPTIONS.note, () => String, { nullable: true })
  note?: string | null

  @field('Member of the account who uses the units. The caps of the member apply. Default: none.', () => ID, {
    nullable: true,
  })
  userId?: string | null

  @field(IDEMPOTENCY_KEY_FOREVER, () => String)
  idempotencyKey!: string
}

@inputType('Feature, amount and duration of the reservation.')
export class ReserveInput extends ConsumeInput {
  @field('Number of units, 1–1,000,000,000,000. Required without `work`.', () => SafeInt, { nullable: true })
  declare amount?: number | null

  @field('Expected work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, {
    nullable: true,
  })
  declare work?: WorkInput | null

  @field('Seconds until the reservation expires, 1–604,800 (business clock).', () => Int, {
    nullable: true,
    defaultValue: 300,
  })
  expiresInSeconds?: number | null
}

@inputType(
  'Units of a reservation to commit. A smaller amount releases the rest; a larger one takes the difference or is denied.',
)
export class CommitReservationInput {
  @field('ID of the reservation.', () => ID)
  reservationId!: string

  @field('Number of units used, at least 1. Default: all reserved units.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field('Work that was done, instead of `amount`. Priced when it is committed.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field(IDEMPOTENCY_KEY_FOREVER, () => String)
  idempotencyKey!: string
}

@inputType('Reservation to release.')
export class ReleaseReservationInput {
  @field('ID of the reservation.', () => ID)
  reservationId!: string

  @field(IDEMPOTENCY_KEY_FOREVER, () => String)
  idempotencyKey!: string
}

export const ConsumeResult = unionType('ConsumeResult', 'The consumption, or a denial.', () => [
  Consumption,
  QuotaExceeded,
  InsufficientCredits,
  Refused,
])
export type ConsumeResult = Consumption | QuotaExceeded | InsufficientCredits | Refused

export const ReserveResult = unionType('ReserveResult', 'The reservation, or a denial.', () => [
  Reservation,
  QuotaExceeded,
  InsufficientCredits,
  Refused,
])
export type ReserveResult = Reservation | QuotaExceeded | InsufficientCredits | Refused

export const CommitReservationResult = unionType(
  'CommitReservationResult',
  'The consumption of the reserved units, or a denial.',
  () => [Consumption, QuotaExceeded, InsufficientCredits, Refused],
)
export type CommitReservationResult = Consumption | QuotaExceeded | InsufficientCredits | Refused

export const ReleaseReservationResult = unionType(
  'ReleaseReservationResult',
  'The released reservation, or a denial.',
  () => [Reservation, Refused],
)
export type ReleaseReservationResult = Reservation | Refused
