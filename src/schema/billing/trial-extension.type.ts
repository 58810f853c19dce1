import { previewType } from '../kernel/payload.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { field } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { DateTime } from '../kernel/scalars.js'

/** Arguments that an extension and its preview share. */
@ArgsType()
export class TrialExtensionTerms {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a plan, for an account with several subscriptions. Default: the main subscription.', () => String, {
    nullable: true,
  })
  plan?: string | null

  @field('New end (business clock): after the present end, and at most 365 days from now.', () => DateTime)
  trialEndsAt!: Date
}

@ArgsType()
export class PreviewTrialExtensionArgs extends TrialExtensionTerms {
  @field('Reason that the extension would have, 1–500 characters. Default: not checked.', () => String, {
    nullable: true,
  })
  reason?: string | null
}

@ArgsType()
export class ExtendTrialArgs extends TrialExtensionTerms {
  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

@previewType('Effect of a later end of a trial. Nothing is changed.')
export class TrialExtensionPreview {
  @field('The plan in its trial, in its current version.', () => Plan, { nullable: true })
  plan!: Plan | null

  @field('Present end of the trial (business clock).', () => DateTime, { nullable: true })
  trialEndsAt!: Date | null

  @field('New end of the trial, at which the first charge is made (business clock).', () => DateTime, {
    nullable: true,
  })
  newTrialEndsAt!: Date | null

  @field('First charge after the trial, with discounts and tax. Null if there is none.', () => Money, {
    nullable: true,
  })
  firstCharge!: Money | null
}
