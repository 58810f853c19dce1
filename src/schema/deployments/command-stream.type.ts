import { field, objectType } from '../kernel/decorators.js'
import type { Resync } from '../kernel/resync.type.js'
import { CommandStream, StreamEvent } from '../kernel/stream-event.type.js'
import { CommandStatus } from './command.type.js'

/** A command has changed its state. `command` is added by its resolver from `commandId`. */
@objectType('A status change of a command.', { implements: [StreamEvent, CommandStream] })
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

/** An item of the stream as resolvers return it. */
export type CommandStreamItem = CommandEvent | Resync
