import { Int } from 'type-graphql'
import { enumType, field, objectType } from './decorators.js'
import { DenialCode } from './denial-code.js'

export const IssueSeverity = enumType('IssueSeverity', 'Weight of a problem.', {
  ERROR: 'The input is refused.',
  WARNING: 'The input is accepted. A person who reviews it is warned.',
})
export type IssueSeverity = keyof typeof IssueSeverity

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

  @field('Weight of the problem. The issues of a denial are errors.', () => IssueSeverity)
  severity!: IssueSeverity

  @field('Line of the value, from 1, if the argument is a YAML text. Null for other arguments.', () => Int, {
    nullable: true,
  })
  line!: number | null
}
