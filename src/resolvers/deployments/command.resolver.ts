import { Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  CancelCommandInput,
  CancelCommandResult,
  EnqueueCommandInput,
  EnqueueCommandResult,
} from '#schema/deployments/command.input.js'
import { Command } from '#schema/deployments/command.type.js'
import { CommandResult } from '#schema/deployments/command-result.type.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { cancelCommand } from '#services/deployments/commands/cancel-command.js'
import { toCommandRequest } from '#services/deployments/commands/command-request.js'
import { enqueueCommand } from '#services/deployments/commands/enqueue-command.js'
import { visibleCommands } from '#services/deployments/queries/commands.js'
import type { LargeValue } from '#services/deployments/queries/large-values.js'
import { readResult } from '#services/deployments/results/read-result.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { toUser } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand } from './deployment.mapper.js'

const TIMEOUT_SECONDS = 300
const MAX_IDS = 100

@Resolver(() => Command)
export class CommandResolver {
  @query('Command by ID. Null if it does not exist or is not visible to the caller.', () => Command, { nullable: true })
  async command(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the command.', () => ID) id: string,
  ): Promise<Command | null> {
    const [row] = await visibleCommands(context, [id])
    return row ? toCommand(row) : null
  }

  @query(
    'Commands by ID, in the requested order. Null for each that does not exist or is not visible to the caller.',
    () => [Command],
    { nullable: 'items' },
  )
  async commands(
    @Ctx() context: RequestContext,
    @arg('ids', 'IDs of the objects, at most 100.', () => [ID]) ids: string[],
  ): Promise<(Command | null)[]> {
    if (ids.length > MAX_IDS)
      throw new AppError('BAD_USER_INPUT', `At most ${MAX_IDS} ids at once.`, { details: { field: 'ids' } })
    const rows = new Map((await visibleCommands(context, ids)).map((row) => [row.id, row]))
    return ids.map((id) => {
      const row = rows.get(id)
      return row ? toCommand(row) : null
    })
  }

  @mutation('Adds a command to the queue of a deployment. The agent polls for it.', () => EnqueueCommandResult)
  async enqueueCommand(
    @Ctx() context: RequestContext,
    @arg('input', 'The command and its target.', () => EnqueueCommandInput) input: EnqueueCommandInput,
  ): Promise<EnqueueCommandResult> {
    const outcome = await enqueueCommand(context, {
      deploymentHash: input.deploymentHash,
      command: toCommandRequest(input.command, context.config.allowedCommands),
      priority: input.priority ?? 'NORMAL',
      timeoutSeconds: input.timeoutSeconds ?? TIMEOUT_SECONDS,
      idempotencyKey: input.idempotencyKey,
    })
    return outcome.kind === 'command' ? toCommand(outcome.command) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Cancels a command that is still queued. A command that the agent already has is marked and not delivered again.',
    () => CancelCommandResult,
  )
  async cancelCommand(
    @Ctx() context: RequestContext,
    @arg('input', 'Command to cancel.', () => CancelCommandInput) { commandId }: CancelCommandInput,
  ): Promise<CancelCommandResult> {
    const outcome = await cancelCommand(context, commandId)
    return outcome.kind === 'command' ? toCommand(outcome.command) : toDenial(context, outcome.denial)
  }

  @fieldResolver('User who enqueued the command. Null for services and the system.', () => User, { nullable: true })
  async createdBy(@Ctx() context: RequestContext, @Root() command: Command): Promise<User | null> {
    const user = command.createdByUserId ? await context.loaders.user.load(command.createdByUserId) : null
    return user && toUser(user)
  }

  @fieldResolver(
    'Typed view of the report. Null until reported. Maximum 1 MiB, and 2 MiB for all results and reports of a response: a larger one is null with the error `RESPONSE_TOO_LARGE`.',
    () => JSONValue,
    { nullable: true },
  )
  result(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    return resultOf(context, command)
  }

  @fieldResolver(
    'Result as a type per command type. Fields that the agent did not report are null or empty; `more` contains members without a field. Null until reported, and if the result is not an object.',
    () => CommandResult,
    { nullable: true },
  )
  async typedResult(@Ctx() context: RequestContext, @Root() command: Command): Promise<CommandResult | null> {
    return readResult(command.type, await resultOf(context, command))
  }

  @fieldResolver(
    'Report as received. For exact bytes use `GET /api/v1/commands/{hash}/{id}/report`. Null until reported. A report that is too large is null with an error, as described for `result`.',
    () => JSONValue,
    { nullable: true },
  )
  async rawReport(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    return command.reportId ? valueOf(await context.loaders.rawReport.load(command.reportId), 'rawReport') : null
  }

  @fieldResolver(
    'Program on the server that ran the command, as reported by the agent: `status_panel` or `compose_agent`. Null if not reported.',
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
