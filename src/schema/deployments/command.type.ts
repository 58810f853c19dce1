import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** The state of a command. */
export const CommandStatus = enumType('CommandStatus', 'The state of a command.', {
  QUEUED: 'Waiting for the agent.',
  LEASED: 'Being handed to the agent.',
  RUNNING: 'The agent has it.',
  SUCCEEDED: 'The agent reported success.',
  FAILED: 'The agent reported failure, or time ran out.',
  CANCELLED: 'Taken back before the agent had it.',
  EXPIRED: 'The agent did not come for it in time.',
  LOST: 'The agent came back without a report; it may or may not have run.',
})
export type CommandStatus = keyof typeof CommandStatus

/** How urgent a command is. */
export const CommandPriority = enumType(
  'CommandPriority',
  'How urgent a command is: a higher one overtakes in the queue.',
  {
    LOW: 'When nothing else waits.',
    NORMAL: 'In its turn.',
    HIGH: 'Before the normal ones.',
    CRITICAL: 'Before all others.',
  },
)
export type CommandPriority = keyof typeof CommandPriority

/** What an agent reported to have gone wrong. */
@objectType('Something that went wrong, as the agent reported it.')
export class CommandError {
  readonly __typename?: 'CommandError'

  @field('The reason, for a program.', () => String)
  code!: string

  @field('The reason in plain text.', () => String)
  message!: string

  @field('More about it; null when there is nothing more.', () => String, { nullable: true })
  details!: string | null
}

/** Something for an agent to do. `createdBy` is added by its resolver from `createdByUserId`. */
@objectType('Something for an agent to do, and what came of it.', { implements: Node })
export class Command implements Node {
  readonly __typename!: 'Command'
  id!: string

  @field('Its id as the agent knows it.', () => String)
  commandId!: string

  @field('The deployment on whose server it runs.', () => String)
  deploymentHash!: string

  @field('What to do, as `restart`.', () => String)
  type!: string

  @field('The application that it acts on; null when it acts on the whole server.', () => String, { nullable: true })
  appCode!: string | null

  @field('Its state.', () => CommandStatus)
  status!: CommandStatus

  @field('How urgent it is.', () => CommandPriority)
  priority!: CommandPriority

  @field('How to do it; what the agent receives.', () => JSONValue)
  parameters!: unknown

  /** The source of `result`: the result itself, unless it is large. */
  inlineResult!: unknown
  hasLargeResult!: boolean

  /** Id of the report that `rawReport` loads; null until there is one. */
  reportId!: string | null

  @field('What went wrong; null when nothing did.', () => CommandError, { nullable: true })
  error!: CommandError | null

  @field(
    'What is worth saying beside the outcome: what the agent found though it succeeded, or that a wish to cancel came too late.',
    () => [CommandError],
  )
  warnings!: readonly CommandError[]

  @field('How often it has been handed to an agent; 0 while it is queued for the first time.', () => Int)
  attempt!: number

  @field('How many seconds the agent has for it.', () => Int)
  timeoutSeconds!: number

  @field('Until when silence of the agent is normal; null unless it runs.', () => DateTime, { nullable: true })
  leaseUntil!: Date | null

  @field('When it was enqueued.', () => DateTime)
  createdAt!: Date

  @field('When the agent got it; null before that.', () => DateTime, { nullable: true })
  startedAt!: Date | null

  @field('When it came to an end; null before that.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  /** Id of the user that `createdBy` loads; null when a service or the system enqueued it. */
  createdByUserId!: string | null
}

/** A page of commands. */
export const CommandConnection = connection('Command', 'commands', () => Command)
export type CommandConnection = InstanceType<typeof CommandConnection>
