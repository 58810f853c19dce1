import { Int } from 'type-graphql'
import { field, inputType, oneOfInputType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { JSONValue } from '../kernel/scalars.js'
import { Command, CommandPriority } from './command.type.js'

/** Parameters of `health`. */
@inputType('Asks whether an application, or all of them, are well.')
export class HealthCommandInput {
  @field('The application. Left out: all of them.', () => String, { nullable: true })
  appCode?: string | null

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('Whether to measure the containers.', () => Boolean, { nullable: true, defaultValue: true })
  includeMetrics?: boolean | null

  @field('Whether to look at the server itself.', () => Boolean, { nullable: true, defaultValue: false })
  includeSystem?: boolean | null
}

/** Parameters of `logs`. */
@inputType('Fetches lines of the log of an application.')
export class LogsCommandInput {
  @field('The application.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('Where the last answer ended. Left out: the newest lines.', () => String, { nullable: true })
  cursor?: string | null

  @field('How many lines at most.', () => Int, { nullable: true, defaultValue: 400 })
  limit?: number | null

  @field('Which of `stdout` and `stderr`. Left out: both.', () => [String], { nullable: true })
  streams?: string[] | null

  @field('Whether to hide what looks like a secret.', () => Boolean, { nullable: true, defaultValue: true })
  redact?: boolean | null
}

/** Parameters of `restart` and `start`. */
@inputType('Starts or restarts an application.')
export class AppCommandInput {
  @field('The application.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('Whether to do it without waiting for the application to end by itself.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  force?: boolean | null
}

/** Parameters of `stop`. */
@inputType('Stops an application.')
export class StopCommandInput {
  @field('The application.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('How many seconds it may take to end by itself.', () => Int, { nullable: true, defaultValue: 30 })
  timeout?: number | null
}

/** A command for which there is no typed field. */
@inputType('Any other command that the operator allows.')
export class OtherCommandInput {
  @field('Its type, as the agent knows it.', () => String)
  type!: string

  @field('Its parameters, as the agent expects them.', () => JSONValue)
  parameters!: unknown
}

/** What the agent is to do. */
@oneOfInputType("Exactly one field. The types grow with the agent's catalogue; `other` passes what an operator allows.")
export class CommandInput {
  @field('Ask whether applications are well.', () => HealthCommandInput, { nullable: true })
  health?: HealthCommandInput | null

  @field('Fetch lines of a log.', () => LogsCommandInput, { nullable: true })
  logs?: LogsCommandInput | null

  @field('Restart an application.', () => AppCommandInput, { nullable: true })
  restart?: AppCommandInput | null

  @field('Start an application.', () => AppCommandInput, { nullable: true })
  start?: AppCommandInput | null

  @field('Stop an application.', () => StopCommandInput, { nullable: true })
  stop?: StopCommandInput | null

  @field('Something else that the operator allows.', () => OtherCommandInput, { nullable: true })
  other?: OtherCommandInput | null
}

/** A command for the agent of a deployment. */
@inputType('A command for the agent of a deployment.')
export class EnqueueCommandInput {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field('What to do.', () => CommandInput)
  command!: CommandInput

  @field('How urgent it is.', () => CommandPriority, { nullable: true, defaultValue: 'NORMAL' })
  priority?: CommandPriority | null

  @field('How many seconds the agent has for it.', () => Int, { nullable: true, defaultValue: 300 })
  timeoutSeconds?: number | null

  @field("The caller's own key of this attempt: repeating it gives the first answer again.", () => String)
  idempotencyKey!: string
}

/** What `enqueueCommand` and `cancelCommand` answer. */
export const CommandMutationResult = unionType('CommandMutationResult', 'The command, or why not.', () => [
  Command,
  RateLimited,
  Refused,
])
export type CommandMutationResult = Command | RateLimited | Refused
