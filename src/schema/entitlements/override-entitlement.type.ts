import { keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType } from 'type-graphql'
import { ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@inputType("An addition to an account's entitlement, granted by an operator.")
export class OverrideEntitlementInput extends Keyed {
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
  expiresAt?: Date | null

  @field(REASON, () => String)
  reason!: string
}

@ArgsType()
export class RevokeOverrideArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}
