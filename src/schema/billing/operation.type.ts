import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

export const OperationStatus = enumType('OperationStatus', 'Status of an earlier mutation.', {
  RUNNING: 'Still being executed.',
  SUCCEEDED: 'Succeeded; `result` is the created object.',
  UNKNOWN: 'Interrupted. A sweeper resolves it; repeating the call with the same key is safe.',
})
export type OperationStatus = keyof typeof OperationStatus

/** A mutation seen by its idempotency key. */
@objectType('Outcome of an earlier mutation, found by its idempotency key.')
export class Operation {
  readonly __typename!: 'Operation'

  @field('Idempotency key of the mutation.', () => String)
  idempotencyKey!: string

  @field('Name of the mutation.', () => String)
  mutation!: string

  @field('Status of the mutation.', () => OperationStatus)
  status!: OperationStatus

  @field('Time of the first call (machine clock).', () => DateTime)
  at!: Date

  @field('Current state of the created object. Null if there is none yet.', () => Node, { nullable: true })
  result!: Node | null
}
