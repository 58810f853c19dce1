import { ArgsType, ID } from 'type-graphql'
import { USE_TEXT_DESCRIPTIONS } from '#services/entitlements/model/use-texts.js'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { SafeInt } from '../kernel/scalars.js'
import { PROPERTIES, WorkDimensionInput, WorkInput } from './work.input.js'

/** The question of `check`, and one of those of `checks`. */
@ArgsType()
@inputType('A check of `checks`: account, feature and amount.')
export class CheckInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the feature.', () => String)
  feature!: string

  @field('Number of units to check. Ignored for features that are not counted.', () => SafeInt, {
    nullable: true,
    defaultValue: 1,
  })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field('Member of the account who would use the units. The caps of the member apply. Default: none.', () => ID, {
    nullable: true,
  })
  userId?: string | null

  @field(`${PROPERTIES} Checked as by \`consume\`.`, () => [WorkDimensionInput], { nullable: true })
  properties?: readonly WorkDimensionInput[] | null

  @field(`${USE_TEXT_DESCRIPTIONS.reference} Checked as by \`consume\`.`, () => String, { nullable: true })
  reference?: string | null

  @field(`${USE_TEXT_DESCRIPTIONS.note} Checked as by \`consume\`.`, () => String, { nullable: true })
  note?: string | null
}
