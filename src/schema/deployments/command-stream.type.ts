import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { CommandStatus } from './command.type.js'

/** A command has changed its state. `command` is added by its resolver from `commandId`. */
@objectType('A status change of a command.', { implements: StreamEvent })
export class CommandEvent implements StreamEvent {
  readonly __typename!: 'CommandEvent'
  cursor!: string
  sequence!: number
  at!: Date

  /** The `id` of the command that `command` loads. */
  commandId!: string

  @field('Status after the change. The command itself can have changed since.', () => CommandStatus)
  status!: CommandStatus

  @field('Status before the change. Null for a new command.', () => CommandStatus, { nullable: true })
  previousStatus!: CommandStatus | null

  @field('Explanation of the change. Null if the statuses are sufficient.', () => String, { nullable: true })
  detail!: string | null
}

export const CommandStream = unionType('CommandStream', 'Payload of the subscription `commandStatus`.', () => [
  CommandEvent,
  Resync,
])
export type CommandStream = CommandEvent | Resync
