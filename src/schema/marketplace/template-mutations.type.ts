import { ID } from 'type-graphql'
import { Checkout } from '../billing/checkout.type.js'
import { field, objectType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { Product } from './product.type.js'
import { Template } from './template.type.js'

/** A template that was changed, or a denial: the form of most results. */
export type TemplateResult = Template | Refused

const templateResult = (name: string) =>
  unionType(name, 'The template after the change, or a denial.', () => [Template, Refused])

export const CreateTemplateResult = templateResult('CreateTemplateResult')
export const UpdateTemplateResult = templateResult('UpdateTemplateResult')
export const SubmitTemplateResult = templateResult('SubmitTemplateResult')
export const DeprecateTemplateResult = templateResult('DeprecateTemplateResult')
export const StartTemplateReviewResult = templateResult('StartTemplateReviewResult')
export const ApproveTemplateResult = templateResult('ApproveTemplateResult')
export const RejectTemplateResult = templateResult('RejectTemplateResult')
export const RequestTemplateChangesResult = templateResult('RequestTemplateChangesResult')
export const SetTemplatePriceResult = templateResult('SetTemplatePriceResult')
export const WithdrawTemplatePriceResult = templateResult('WithdrawTemplatePriceResult')
export const RateTemplateResult = templateResult('RateTemplateResult')

@objectType('The deleted template.')
export class DeleteTemplatePayload {
  readonly __typename!: 'DeleteTemplatePayload'

  @field('ID of the deleted template.', () => ID)
  deletedTemplateId!: string
}

export const DeleteTemplateResult = unionType('DeleteTemplateResult', 'The deleted template, or a denial.', () => [
  DeleteTemplatePayload,
  Refused,
])
export type DeleteTemplateResult = DeleteTemplatePayload | Refused

@objectType('A template that an account owns without a payment.')
export class GrantTemplatePayload {
  readonly __typename!: 'GrantTemplatePayload'

  @field('The granted template.', () => Template)
  template!: Template

  @field('Product that sells the template to others.', () => Product)
  product!: Product
}

export const GrantTemplateResult = unionType('GrantTemplateResult', 'The granted template, or a denial.', () => [
  GrantTemplatePayload,
  Refused,
])
export type GrantTemplateResult = GrantTemplatePayload | Refused

export const PurchaseTemplateResult = unionType('PurchaseTemplateResult', 'The checkout, or a denial.', () => [
  Checkout,
  RateLimited,
  Refused,
])
export type PurchaseTemplateResult = Checkout | RateLimited | Refused
