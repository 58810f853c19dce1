import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@inputType('A plan free of charge, or an addition to a feature, for one account.')
export class SetTermsInput extends Keyed {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field(
    'Code of a paid plan that is above the one that the account pays for. Give either this or `feature`.',
    () => String,
    { nullable: true },
  )
  plan?: string | null

  @field('Units of a plan that is priced by the unit, 1–10,000. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field('Code of the feature of which the account has more. Give either this or `plan`.', () => String, {
    nullable: true,
  })
  feature?: string | null

  @field(
    'Number of additional units of the feature, at least 1. Omit for a boolean feature or with `unlimited`.',
    () => SafeInt,
    { nullable: true },
  )
  amount?: number | null

  @field('Remove the limit of the feature. Default: false.', () => Boolean, { nullable: true })
  unlimited?: boolean | null

  @field('End of the plan or of the addition (business clock). Required for a plan. Default: never.', () => DateTime, {
    nullable: true,
  })
  endsAt?: Date | null

  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string
}

@ArgsType()
export class EndTermsArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of the complimentary plan. Give either this or `feature`.', () => String, { nullable: true })
  plan?: string | null

  @field('Code of the feature. Give either this or `plan`.', () => String, { nullable: true })
  feature?: string | null

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}
