import { DenialCode } from './denial-code.js'
import { Denial } from './denial.type.js'
import { field, objectType } from './decorators.js'
import type { Remedy } from './remedy.type.js'

/** A denial that needs no fields of its own. */
@objectType('A denial that needs no fields of its own: `code` says which.', { implements: Denial })
export class Refused implements Denial {
  readonly __typename!: 'Refused'
  code!: DenialCode
  message!: string
  remedies!: Remedy[]

  @field('The input field at fault; null when no single field is.', () => String, { nullable: true })
  field!: string | null
}
