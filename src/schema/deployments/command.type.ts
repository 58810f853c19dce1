import { payload } from '../kernel/payload.js'
import { Int } from 'type-graphql'
import type { z } from 'zod'
import { commandError } from '#services/deployments/model/result-fields.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, federationKeys, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { objectTypeOf } from './command-results.js'

export const CommandStatus = enumType(
  'CommandStatus',
  'Status of a command.',
  {
    QUEUED: 'Waiting for the agent.',
    LEASED: 'Being delivered to the agent.',
    RUNNING: 'Received by the agent.',
    SUCCEEDED: 'The agent reported success.',
    FAILED: 'The agent reported a failure, or the command timed out.',
    CANCELED: 'Canceled before delivery.',
    EXPIRED: 'Not delivered in time.',
    LOST: 'The agent polled again without a report. The command may have run.',
  },
  { CANCELED: 'CANCELLED' },
)
export type CommandStatus = (typeof CommandStatus)[keyof typeof CommandStatus]

export const CommandPriority = enumType(
  'CommandPriority',
  'Priority of a command. Higher priorities are delivered first.',
  {
    LOW: 'Delivered when no other command waits.',
    NORMAL: 'Default priority.',
    HIGH: 'Delivered before normal commands.',
    CRITICAL: 'Delivered before all others.',
  },
)
export type CommandPriority = keyof typeof CommandPriority

export const CommandError = objectTypeOf(commandError)
export type CommandError = z.output<typeof commandError>

/** Something for an agent to do. `createdBy` is added by its resolver from `createdByUserId`. */
@objectType('A unit of work for an agent, with its result.', { implements: Node })
@federationKeys('id')
export class Command implements Node {
  readonly __typename!: 'Command'
  id!: string

  @field('Command type, for example `restart`.', () => String)
  type!: string

  @field('Code of the application. Null if the command is for the whole server.', () => String, { nullable: true })
  appCode!: string | null

  @field('Status of the command.', () => CommandStatus)
  status!: CommandStatus

  @field('Priority in the queue.', () => CommandPriority)
  priority!: CommandPriority

  /** ID of the deployment that `deployment` loads, and its hash, which is in URLs. */
  deploymentId!: string
  deploymentHash!: string

  /** The sources of `parameters` and `result`: the value itself, unless it is large. */
  inlineParameters!: unknown
  hasLargeParameters!: boolean
  inlineResult!: unknown
  hasLargeResult!: boolean

  /** Id of the report that `rawReport` loads; null until there is one. */
  reportId!: string | null

  @field('Error of the command. Null if none.', () => CommandError, { nullable: true })
  error!: CommandError | null

  @field(
    'Warnings that do not change the outcome: findings of a successful command, or a cancellation that came too late.',
    () => [CommandError],
  )
  warnings!: readonly CommandError[]

  @field('Number of deliveries to an agent. Zero before the first.', () => Int)
  attempt!: number

  @field('Timeout for the agent, in seconds.', () => Int)
  timeoutSeconds!: number

  @field(
    'End of the lease (machine clock). Until then, silence of the agent is normal. Null unless running.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  leaseUntil!: Date | null

  @field('Time the command was enqueued (machine clock).', () => DateTime)
  createdAt!: Date

  @field('Time the agent received the command (machine clock). Null before.', () => DateTime, { nullable: true })
  startedAt!: Date | null

  @field('Time the command reached a terminal status (machine clock). Null before.', () => DateTime, { nullable: true })
  finishedAt!: Date | null

  /** ID of the user that `createdBy` loads. Null if a service or the system enqueued it. */
  createdByUserId!: string | null
}

export const COMMAND_COUNT = 'Total number of commands that the filter selects.'

/** A page of commands. */
export const CommandConnection = countedConnection('Command', 'commands', () => Command, COMMAND_COUNT)
export type CommandConnection = InstanceType<typeof CommandConnection>

export const CommandPayload = payload(Command)
