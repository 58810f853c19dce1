import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { SafeInt } from '../kernel/scalars.js'
import { CreditGrant } from './credit-grant.type.js'

/** Credits that an operator gives. */
@inputType('Credits that an operator gives.')
export class GrantCreditsInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field("The feature's code: a quota, or credits.", () => String)
  feature!: string

  @field('How many, at least 1.', () => SafeInt)
  amount!: number

  @field('After how many days they expire, 1 to 3660. Left out: they do not.', () => Int, { nullable: true })
  validForDays?: number | null

  @field('Why, for whoever reads it later; at most 500 characters.', () => String)
  reason!: string

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** A grant that is taken back. */
@inputType('A grant of credits that an operator takes back.')
export class RevokeCreditsInput {
  @field("The grant's id.", () => ID)
  grantId!: string

  @field('Why, for whoever reads it later; at most 500 characters.', () => String)
  reason!: string
}

/** What an operator's change of credits answers. */
export const GrantCreditsResult = unionType(
  'GrantCreditsResult',
  'The grant as it is now, or why it was not changed.',
  () => [CreditGrant, Refused],
)
export type GrantCreditsResult = CreditGrant | Refused
