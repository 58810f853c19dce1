import { ID } from 'type-graphql'
import { Price } from '../catalog/price.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'

/** A paid template that the account does not own. */
@objectType('The template is paid and the account does not own it.', { implements: Denial })
export class TemplateNotPurchased implements Denial {
  readonly __typename!: 'TemplateNotPurchased'
  code!: Extract<DenialCode, 'TEMPLATE_NOT_PURCHASED'>
  message!: string
  source!: DenialValue

  @field('ID of the template.', () => ID)
  templateId!: string

  @field('Display name of the template.', () => String)
  templateName!: string

  @field('Price of the template.', () => Price)
  price!: Price
}
