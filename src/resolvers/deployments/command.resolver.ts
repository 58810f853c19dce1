import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { CommandMutationResult, EnqueueCommandInput } from '../../schema/deployments/command.input.js'
import { Command } from '../../schema/deployments/command.type.js'
import { CommandResult } from '../../schema/deployments/command-result.type.js'
import { JSONValue } from '../../schema/kernel/scalars.js'
import { User } from '../../schema/identity/user.type.js'
import { arg, fieldResolver, mutation, query } from '../../schema/kernel/decorators.js'
import { cancelCommand } from '../../services/deployments/commands/cancel-command.js'
import { toCommandRequest } from '../../services/deployments/commands/command-request.js'
import { enqueueCommand, type CommandOutcome } from '../../services/deployments/commands/enqueue-command.js'
import { visibleCommands } from '../../services/deployments/queries/deployment-queries.js'
import type { LargeValue } from '../../services/deployments/queries/large-values.js'
import { readResult } from '../../services/deployments/results/read-result.js'
import { AppError } from '../../services/kernel/errors/app-error.js'
import { toUser } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toCommand } from './deployment.mapper.js'

const TIMEOUT_SECONDS = 300
const MAX_IDS = 100

const toResult = (
  context: RequestContext,
  outcome: CommandOutcome,
): CommandMutationResult | Promise<CommandMutationResult> =>
  outcome.kind === 'command' ? toCommand(outcome.command) : toDenial(context, outcome.denial)

@Resolver(() => Command)
export class CommandResolver {
  @query('A command by its id; null when there is none that the caller may see.', () => Command, { nullable: true })
  async command(
    @Ctx() context: RequestContext,
    @arg('id', "The command's id.", () => ID) id: string,
  ): Promise<Command | null> {
    const [row] = await visibleCommands(context, [id])
    return row ? toCommand(row) : null
  }

  @query(
    'Many commands by their ids, in the order asked; null for each that the caller may not see.',
    () => [Command],
    { nullable: 'items' },
  )
  async commands(
    @Ctx() context: RequestContext,
    @arg('ids', 'The ids, at most 100.', () => [ID]) ids: string[],
  ): Promise<(Command | null)[]> {
    if (ids.length > MAX_IDS)
      throw new AppError('BAD_USER_INPUT', `At most ${MAX_IDS} ids at once.`, { details: { field: 'ids' } })
    const rows = new Map((await visibleCommands(context, ids)).map((row) => [row.id, row]))
    return ids.map((id) => {
      const row = rows.get(id)
      return row ? toCommand(row) : null
    })
  }

  @mutation('Puts a command in the queue of a deployment; its agent fetches it.', () => CommandMutationResult)
  async enqueueCommand(
    @Ctx() context: RequestContext,
    @arg('input', 'What the agent is to do.', () => EnqueueCommandInput) input: EnqueueCommandInput,
  ): Promise<CommandMutationResult> {
    const outcome = await enqueueCommand(context, {
      deploymentHash: input.deploymentHash,
      command: toCommandRequest(input.command, context.config.allowedCommands),
      priority: input.priority ?? 'NORMAL',
      timeoutSeconds: input.timeoutSeconds ?? TIMEOUT_SECONDS,
      idempotencyKey: input.idempotencyKey,
    })
    return toResult(context, outcome)
  }

  @mutation('Takes a command back while it waits in the queue.', () => CommandMutationResult)
  async cancelCommand(
    @Ctx() context: RequestContext,
    @arg('id', "The command's id.", () => ID) id: string,
  ): Promise<CommandMutationResult> {
    return toResult(context, await cancelCommand(context, id))
  }

  @fieldResolver('Who enqueued it; null when it was a service or the system.', () => User, { nullable: true })
  async createdBy(@Ctx() context: RequestContext, @Root() command: Command): Promise<User | null> {
    const user = command.createdByUserId ? await context.loaders.user.load(command.createdByUserId) : null
    return user && toUser(user)
  }

  @fieldResolver(
    'The typed view of what the agent reported; null until it has. Maximum 1 MiB, and 2 MiB for all results and reports of a response: a larger one is null with the error `RESPONSE_TOO_LARGE`.',
    () => JSONValue,
    { nullable: true },
  )
  result(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    return resultOf(context, command)
  }

  @fieldResolver(
    'The reported result, in one type for each type of command. Null if there is no report or its result is no object. Members that the report lacks are null or empty; `more` has those that the type does not name.',
    () => CommandResult,
    { nullable: true },
  )
  async typedResult(@Ctx() context: RequestContext, @Root() command: Command): Promise<CommandResult | null> {
    return readResult(command.type, await resultOf(context, command))
  }

  @fieldResolver(
    'The report as it came; null until there is one, and as `result` if it is too large. Its exact bytes, also of numbers that JSON readers round, are at `GET /api/v1/commands/{hash}/{id}/report`.',
    () => JSONValue,
    { nullable: true },
  )
  async rawReport(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    return command.reportId ? valueOf(await context.loaders.rawReport.load(command.reportId), 'rawReport') : null
  }

  @fieldResolver(
    'Which program on the server ran it, as its agent says: `status_panel` or `compose_agent`. Null when the agent did not say.',
    () => String,
    { nullable: true },
  )
  async executedBy(@Ctx() context: RequestContext, @Root() { reportId }: Command): Promise<string | null> {
    const report = reportId ? valueOf(await context.loaders.rawReport.load(reportId), 'executedBy') : null
    const said = (report as { executed_by?: unknown } | null)?.executed_by
    return typeof said === 'string' ? said : null
  }
}

/** The result of a command; a large one is loaded where it is selected. */
async function resultOf(context: RequestContext, { id, inlineResult, hasLargeResult }: Command): Promise<unknown> {
  return hasLargeResult ? valueOf(await context.loaders.commandResult.load(id), 'result') : inlineResult
}

function valueOf(loaded: LargeValue | null, field: string): unknown {
  if (!loaded || loaded.fits) return loaded?.value ?? null
  throw new AppError(
    'RESPONSE_TOO_LARGE',
    `${field} does not fit into the response. Read the report by GET /api/v1/commands/{hash}/{id}/report.`,
    { details: { field } },
  )
}
