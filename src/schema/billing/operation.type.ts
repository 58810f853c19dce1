import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** What became of a mutation. */
export const OperationStatus = enumType('OperationStatus', 'What became of a mutation.', {
  RUNNING: 'It has not answered yet.',
  SUCCEEDED: 'It succeeded; `result` is what it made.',
  UNKNOWN: 'It was cut off; a sweeper settles it, and repeating it with the same key is safe.',
})
export type OperationStatus = keyof typeof OperationStatus

/** A mutation seen by its idempotency key. */
@objectType('What became of a mutation, found by its idempotency key.')
export class Operation {
  readonly __typename!: 'Operation'

  @field('The key that the caller gave.', () => String)
  idempotencyKey!: string

  @field('The name of the mutation.', () => String)
  mutation!: string

  @field('What became of it.', () => OperationStatus)
  status!: OperationStatus

  @field('When it was first asked for.', () => DateTime)
  at!: Date

  @field('What it made, as it is now; null while there is nothing.', () => Node, { nullable: true })
  result!: Node | null
}
