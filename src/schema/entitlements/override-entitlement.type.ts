import { ID } from 'type-graphql'
import { Account } from '../identity/account.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
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

  @field('Reason for the audit log, at most 500 characters.', () => String)
  reason!: string
}

@inputType('An override to end early.')
export class RevokeOverrideInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field('Reason for the audit log, at most 500 characters.', () => String)
  reason!: string
}

export const EntitlementResult = unionType(
  'EntitlementResult',
  'The account with its current entitlements, or a denial.',
  () => [Account, Refused],
)
export type EntitlementResult = Account | Refused
