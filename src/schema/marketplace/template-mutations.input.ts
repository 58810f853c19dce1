import { ID, Int } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY, REASON } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { TEMPLATE_ID } from './descriptions.js'
import { SecurityChecklistInput } from './template-version.type.js'

/** Template and key of each change of a template. */
@inputType('A template to change.')
class TemplateChange {
  @field(TEMPLATE_ID, () => ID)
  templateId!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('Template whose open version is submitted.')
export class SubmitTemplateInput extends TemplateChange {}

@inputType('Template to remove from the marketplace.')
export class DeprecateTemplateInput extends TemplateChange {}

@inputType('Template to delete.')
export class DeleteTemplateInput extends TemplateChange {}

@inputType('Template whose submitted version is reviewed.')
export class StartTemplateReviewInput extends TemplateChange {}

@inputType('Template whose version is published.')
export class ApproveTemplateInput extends TemplateChange {
  @field('Security checklist of the review.', () => SecurityChecklistInput, { nullable: true })
  checklist?: SecurityChecklistInput | null
}

const REVIEW_REASON = 'Reason for the vendor, 1–2,000 characters.'

@inputType('Template whose version is rejected, and why.')
export class RejectTemplateInput extends ApproveTemplateInput {
  @field(REVIEW_REASON, () => String)
  reason!: string
}

@inputType('Template whose version needs changes, and which.')
export class RequestTemplateChangesInput extends ApproveTemplateInput {
  @field(REVIEW_REASON, () => String)
  reason!: string
}

@inputType('Template and its new price.')
export class SetTemplatePriceInput extends TemplateChange {
  @field('Price, above 0.', () => MoneyInput)
  money!: MoneyInput

  @field('Billing interval: ONE_TIME or MONTH.', () => BillingInterval)
  interval!: BillingInterval
}

@inputType('Template that is no longer sold.')
export class WithdrawTemplatePriceInput extends TemplateChange {}

@inputType('Template and its rating.')
export class RateTemplateInput {
  @field("Account that rates, by ID or reference. Default: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field(TEMPLATE_ID, () => ID)
  templateId!: string

  @field('Number of stars, 1–5.', () => Int)
  stars!: number

  @field('Comment, at most 2,000 characters. Default: none.', () => String, { nullable: true })
  comment?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('Account that gets a paid template free of charge.')
export class GrantTemplateInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field(TEMPLATE_ID, () => ID)
  templateId!: string

  @field(REASON, () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}
