import { ID, Int } from 'type-graphql'
import type { AnyDenial } from '../any-denial.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Denial } from '../kernel/denial.type.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY, REASON } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { CreditGrant } from './credit-grant.type.js'

@inputType('A grant of credits by an operator.')
export class GrantCreditsInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, at least 1.', () => SafeInt)
  amount!: number

  @field('Days until the credits expire, 1–3660. Default: never.', () => Int, { nullable: true })
  validForDays?: number | null

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('The same grant of credits for several accounts, by an operator.')
export class GrantCreditsManyInput {
  @field('Account IDs or references, 1–100 different ones.', () => [ID])
  accountIds!: readonly string[]

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units for each account, at least 1.', () => SafeInt)
  amount!: number

  @field('Days until the credits expire, 1–3660. Default: never.', () => Int, { nullable: true })
  validForDays?: number | null

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('Result of `grantCreditsMany` for one account: a grant or a denial.')
export class AccountCreditGrant {
  readonly __typename!: 'AccountCreditGrant'

  @field('Account as named in the input.', () => ID)
  accountId!: string

  @field('The grant. Null if it was denied.', () => CreditGrant, { nullable: true })
  grant!: CreditGrant | null

  @field('Reason for the denial. Null if the credits were granted.', () => Denial, { nullable: true })
  denial!: AnyDenial | null
}

@objectType('Results of `grantCreditsMany`.')
export class GrantCreditsManyPayload {
  readonly __typename!: 'GrantCreditsManyPayload'

  @field('One result per account, in the order of the input.', () => [AccountCreditGrant])
  results!: readonly AccountCreditGrant[]
}

@inputType('A credit grant to revoke.')
export class RevokeCreditsInput {
  @field('ID of the credit grant.', () => ID)
  grantId!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const GrantCreditsResult = unionType('GrantCreditsResult', 'The grant, or a denial.', () => [
  CreditGrant,
  Refused,
])
export type GrantCreditsResult = CreditGrant | Refused

export const GrantCreditsManyResult = unionType(
  'GrantCreditsManyResult',
  'One result per account, or a denial of the whole input.',
  () => [GrantCreditsManyPayload, Refused],
)
export type GrantCreditsManyResult = GrantCreditsManyPayload | Refused

export const RevokeCreditsResult = unionType('RevokeCreditsResult', 'The revoked grant, or a denial.', () => [
  CreditGrant,
  Refused,
])
export type RevokeCreditsResult = CreditGrant | Refused
