import { field, objectType } from './decorators.js'
import { SafeInt } from './scalars.js'
import { DenialCode } from './denial-code.js'

@objectType('A problem of one argument.')
export class ValidationIssue {
  @field(
    'Path of the value: the name of an argument, or of a field of `input`, then names of fields and positions in lists.',
    () => [String],
  )
  path!: string[]

  @field('Reason as a code.', () => DenialCode)
  code!: DenialCode

  @field('Explanation for the person who made the input.', () => String)
  message!: string

  @field('Severity: `ERROR` if the input is refused, and `WARNING` if only its reviewer is warned.', () => String)
  severity!: 'ERROR' | 'WARNING'

  @field('Line of the value, from 1, if the argument is a YAML text. Null for other arguments.', () => SafeInt, {
    nullable: true,
  })
  line!: number | null
}
