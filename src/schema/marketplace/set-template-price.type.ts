import { ID } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { CurrencyCode, SafeInt } from '../kernel/scalars.js'
import { Template } from './template.type.js'

@inputType('New price of a template.')
export class SetTemplatePriceInput {
  @field('ID of the template.', () => ID)
  templateId!: string

  @field('Amount in minor units of the currency, above 0.', () => SafeInt)
  amountMinor!: number

  @field('Currency of the price.', () => CurrencyCode)
  currency!: string

  @field('Billing interval: ONE_TIME or MONTH.', () => BillingInterval)
  interval!: BillingInterval
}

export const TemplateResult = unionType('TemplateResult', 'The template, or a denial.', () => [Template, Refused])
export type TemplateResult = Template | Refused
