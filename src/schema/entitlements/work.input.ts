import { field, inputType } from '../kernel/decorators.js'
import { SafeInt } from '../kernel/scalars.js'

/** One quantity of work. */
@inputType('A quantity of work.')
export class WorkQuantityInput {
  @field('Name of the quantity in the rate card, for example `input_tokens`.', () => String)
  name!: string

  @field('Number of units of the quantity, 0–1,000,000,000,000.', () => SafeInt)
  amount!: number
}

export const PROPERTIES =
  'Properties of the use by which usage can be grouped, of those that the feature has in the catalog. A value has 1–100 characters, and no personal data. Default: none.'

/** One dimension of work, or one property of a use. */
@inputType('A dimension of work, which its price depends on, or a property of a use.')
export class WorkDimensionInput {
  @field(
    'Name of the dimension in the rate card, or of the property of the feature, for example `model`.',
    () => String,
  )
  name!: string

  @field('Value of the dimension or property, for example `large`.', () => String)
  value!: string
}

/** Work that a rate card prices. */
@inputType('Work that the rate card of a credit feature prices.')
export class WorkInput {
  @field('Quantities, at most 20; at least one above zero.', () => [WorkQuantityInput])
  quantities!: readonly WorkQuantityInput[]

  @field('Dimensions, at most 20.', () => [WorkDimensionInput], { defaultValue: [] })
  dimensions!: readonly WorkDimensionInput[]
}
