import { DenialCode } from './denial-code.js'
import { Denial } from './denial.type.js'
import { field, objectType } from './decorators.js'
import type { Remedy } from './remedy.type.js'

/** A denial without fields of its own. */
@objectType('A denial without fields of its own. `code` contains the reason.', { implements: Denial })
export class Refused implements Denial {
  readonly __typename!: 'Refused'
  code!: DenialCode
  message!: string
  remedies!: Remedy[]

  @field('Input field that caused the denial. Null if no single field did.', () => String, { nullable: true })
  field!: string | null
}
