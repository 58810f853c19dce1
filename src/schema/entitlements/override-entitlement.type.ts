import { ID } from 'type-graphql'
import { Account } from '../identity/account.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY, REASON } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@inputType("An addition to an account's entitlement, granted by an operator.")
export class OverrideEntitlementInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field('Number of additional units, at least 1. Omit for a boolean feature or with `unlimited`.', () => SafeInt, {
    nullable: true,
  })
  amount?: number | null

  @field('Remove the limit. Default: false.', () => Boolean, { nullable: true })
  unlimited?: boolean | null

  @field('Expiry time (business clock). Default: never.', () => DateTime, { nullable: true })
  until?: Date | null

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('An override to end early.')
export class RevokeOverrideInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const OverrideEntitlementResult = unionType(
  'OverrideEntitlementResult',
  'The account with the override, or a denial.',
  () => [Account, Refused],
)
export type OverrideEntitlementResult = Account | Refused

export const RevokeOverrideResult = unionType(
  'RevokeOverrideResult',
  'The account without the override, or a denial.',
  () => [Account, Refused],
)
export type RevokeOverrideResult = Account | Refused
