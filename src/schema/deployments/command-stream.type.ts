import { field, objectType, unionType } from '../kernel/decorators.js'
import { Resync } from '../kernel/resync.type.js'
import { StreamEvent } from '../kernel/stream-event.type.js'
import { CommandStatus } from './command.type.js'

/** A command has changed its state. `command` is added by its resolver from `commandId`. */
@objectType('A command of a deployment has reached a new state.', { implements: StreamEvent })
export class CommandEvent implements StreamEvent {
  readonly __typename!: 'CommandEvent'
  cursor!: string
  sequence!: number
  at!: Date

  /** The `id` of the command that `command` loads. */
  commandId!: string

  @field('The state that it reached with this event; the command itself may be further by now.', () => CommandStatus)
  status!: CommandStatus

  @field('The state that it left; null for a new command.', () => CommandStatus, { nullable: true })
  previousStatus!: CommandStatus | null

  @field('Why, in plain text; null when the states say it all.', () => String, { nullable: true })
  detail!: string | null
}

/** What the subscription `commandStatus` delivers. */
export const CommandStream = unionType('CommandStream', 'What the subscription `commandStatus` delivers.', () => [
  CommandEvent,
  Resync,
])
export type CommandStream = CommandEvent | Resync
