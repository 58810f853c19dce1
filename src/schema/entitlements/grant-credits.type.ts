import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
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

  @field('Reason for the audit log, at most 500 characters.', () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** A grant to revoke. */
@inputType('A credit grant to revoke.')
export class RevokeCreditsInput {
  @field('ID of the credit grant.', () => ID)
  grantId!: string

  @field('Reason for the audit log, at most 500 characters.', () => String)
  reason!: string
}

export const GrantCreditsResult = unionType('GrantCreditsResult', 'The grant, or a denial.', () => [
  CreditGrant,
  Refused,
])
export type GrantCreditsResult = CreditGrant | Refused
