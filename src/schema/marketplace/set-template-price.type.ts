import { ID } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { CurrencyCode, SafeInt } from '../kernel/scalars.js'
import { Template } from './template.type.js'

/** What a template costs from now on. */
@inputType('What a template costs from now on.')
export class SetTemplatePriceInput {
  @field('The template.', () => ID)
  templateId!: string

  @field('The amount, in minor units of the currency, above 0.', () => SafeInt)
  amountMinor!: number

  @field('The currency.', () => CurrencyCode)
  currency!: string

  @field('ONE_TIME or MONTH.', () => BillingInterval)
  interval!: BillingInterval
}

/** What a change of a template answers. */
export const TemplateResult = unionType(
  'TemplateResult',
  'The template as it is now, or why it was not changed.',
  () => [Template, Refused],
)
export type TemplateResult = Template | Refused
