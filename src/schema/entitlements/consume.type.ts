import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { USE_TEXT_DESCRIPTIONS } from '#services/entitlements/model/use-texts.js'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { Decimal, SafeInt } from '../kernel/scalars.js'
import { OnExpiry } from './reservation.type.js'
import { PROPERTIES, WorkDimensionInput, WorkInput } from './work.input.js'

@inputType('Feature, account and amount to consume.')
export class ConsumeInput extends Keyed {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, 1–1,000,000,000,000.', () => SafeInt, { defaultValue: 1 })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field(PROPERTIES, () => [WorkDimensionInput], { nullable: true })
  properties?: readonly WorkDimensionInput[] | null

  @field(USE_TEXT_DESCRIPTIONS.reference, () => String, { nullable: true })
  reference?: string | null

  @field(USE_TEXT_DESCRIPTIONS.note, () => String, { nullable: true })
  note?: string | null

  @field('Member of the account who uses the units. The caps of the member apply. Default: none.', () => ID, {
    nullable: true,
  })
  userId?: string | null
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

  @field('Treatment of the units if the reservation ends by its time.', () => OnExpiry, {
    nullable: true,
    defaultValue: 'RELEASE',
  })
  onExpiry?: OnExpiry | null
}

@ArgsType()
export class CommitReservationArgs {
  @argument('id', 'ID of the reservation.', () => ID)
  reservationId!: string

  @field('Number of units used, at least 1. Default: all reserved units.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field('Work that was done, instead of `amount`. Priced as at the time of the reservation.', () => WorkInput, {
    nullable: true,
  })
  work?: WorkInput | null

  @field(
    'Cost in US dollars that the provider of the work reported. Stored with the consumption, and not charged. Default: none.',
    () => Decimal,
    { nullable: true },
  )
  providerCost?: string | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class ExtendReservationArgs {
  @argument('id', 'ID of the reservation.', () => ID)
  reservationId!: string

  @field('Seconds from now until the reservation expires, 1–604,800. Default: its end stays.', () => Int, {
    nullable: true,
  })
  expiresInSeconds?: number | null

  @field('Estimated number of units that are used so far. Default: the earlier estimate.', () => SafeInt, {
    nullable: true,
  })
  estimate?: number | null

  @field('Estimated work that is done so far, instead of `estimate`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class ReleaseReservationArgs {
  @argument('id', 'ID of the reservation.', () => ID)
  reservationId!: string

  @keyArgument()
  idempotencyKey!: string
}
