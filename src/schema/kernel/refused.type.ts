import { DenialCode } from './denial-code.js'
import { Denial } from './denial.type.js'
import { field, objectType } from './decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { ValidationIssue } from './validation-issue.type.js'

/** A denial without fields of its own. */
@objectType('A denial without fields of its own. `code` contains the reason.', { implements: Denial })
export class Refused implements Denial {
  readonly __typename!: 'Refused'
  code!: DenialCode
  message!: string
  source!: DenialValue

  @field(
    'Path of the first issue within `input`, as in `command.appCode`. Null if no field caused the denial.',
    () => String,
    { nullable: true },
  )
  field!: string | null

  @field('Every problem of the input. Empty if no field caused the denial.', () => [ValidationIssue])
  issues!: ValidationIssue[]
}
