import { DenialCode } from './denial-code.js'
import { Denial } from './denial.type.js'
import { field, objectType } from './decorators.js'
import type { Remedy } from './remedy.type.js'
import { ValidationIssue } from './validation-issue.type.js'

/** A denial without fields of its own. */
@objectType('A denial without fields of its own. `code` contains the reason.', { implements: Denial })
export class Refused implements Denial {
  readonly __typename!: 'Refused'
  code!: DenialCode
  message!: string
  remedies!: Remedy[]

  @field(
    'Path of the first issue within `input`, as in `command.appCode`. Null if no field caused the denial.',
    () => String,
    { nullable: true },
  )
  field!: string | null

  @field('Every problem of the input. Empty if no field caused the denial.', () => [ValidationIssue])
  issues!: ValidationIssue[]
}
