import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { SafeInt } from '../kernel/scalars.js'

@inputType('A grant of credits by an operator.')
export class GrantCreditsInput extends Keyed {
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
}

@ArgsType()
export class RevokeCreditsArgs {
  @argument('id', 'ID of the credit grant.', () => ID)
  grantId!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}
