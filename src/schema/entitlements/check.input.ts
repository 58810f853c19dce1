import { ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'

/** One of the questions of `checks`. */
@inputType('One question of `checks`: may the account use so many of the feature now?')
export class CheckInput {
  @field("The account, by id or reference. Left out: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field("The feature's code.", () => String)
  feature!: string

  @field('How many are wanted; not looked at for a feature that is not counted.', () => SafeInt, {
    nullable: true,
    defaultValue: 1,
  })
  amount?: number | null
}
