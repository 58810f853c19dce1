import { ID } from 'type-graphql'
import { Account } from '../identity/account.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** What an operator gives an account beyond what it pays for. */
@inputType('What an operator gives an account beyond what it pays for.')
export class OverrideEntitlementInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field("The feature's code.", () => String)
  feature!: string

  @field('How many more, at least 1. Left out: for a boolean feature, or with `unlimited`.', () => SafeInt, {
    nullable: true,
  })
  amount?: number | null

  @field('Without any limit. Left out: no.', () => Boolean, { nullable: true })
  unlimited?: boolean | null

  @field('When it ends by itself, on the business clock. Left out: it does not.', () => DateTime, { nullable: true })
  until?: Date | null

  @field('Why, for whoever reads it later; at most 500 characters.', () => String)
  reason!: string
}

/** An override that is taken back before its end. */
@inputType('An override that is taken back before its end.')
export class RevokeOverrideInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field("The feature's code.", () => String)
  feature!: string

  @field('Why, for whoever reads it later; at most 500 characters.', () => String)
  reason!: string
}

/** What an operator's change of rights answers. */
export const EntitlementResult = unionType(
  'EntitlementResult',
  'The account with its rights as they are now, or why they were not changed.',
  () => [Account, Refused],
)
export type EntitlementResult = Account | Refused
