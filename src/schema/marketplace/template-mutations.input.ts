import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { IntervalInput } from '../catalog/interval.type.js'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, REASON } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { TEMPLATE_ID } from './descriptions.js'
import { ReviewAction, SecurityChecklistInput } from './template-version.type.js'

/** Template and key of each change of a template. */
@ArgsType()
class TemplateChange {
  @argument('id', TEMPLATE_ID, () => ID)
  templateId!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class SubmitTemplateArgs extends TemplateChange {}

@ArgsType()
export class WithdrawTemplateSubmissionArgs extends TemplateChange {}

@ArgsType()
export class DeprecateTemplateArgs extends TemplateChange {}

@ArgsType()
export class DeleteTemplateArgs extends TemplateChange {}

@ArgsType()
export class ReviewTemplateArgs extends TemplateChange {
  @field('Step of the review.', () => ReviewAction)
  action!: ReviewAction

  @field('Reason for the vendor, 1–2,000 characters. Required for REJECTED and NEEDS_CHANGES.', () => String, {
    nullable: true,
  })
  reason?: string | null

  @field('Security checklist of the review. Ignored for STARTED.', () => SecurityChecklistInput, { nullable: true })
  checklist?: SecurityChecklistInput | null
}

@inputType('Price of a template.')
export class TemplatePriceInput {
  @field('Amount, above 0.', () => MoneyInput)
  money!: MoneyInput

  @field('Billing interval: a month. Default: paid once.', () => IntervalInput, { nullable: true })
  interval?: IntervalInput | null
}

@ArgsType()
export class SetTemplatePriceArgs extends TemplateChange {
  @field(
    'Price for new buyers. Null: the template is no longer sold. Required: a call without it is denied.',
    () => TemplatePriceInput,
    { nullable: true },
  )
  price?: TemplatePriceInput | null
}

@ArgsType()
export class GrantTemplateArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field(TEMPLATE_ID, () => ID)
  templateId!: string

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}
