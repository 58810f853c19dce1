import { Ctx, Resolver, Root } from 'type-graphql'
import { CommandReport } from '#schema/deployments/command-report.type.js'
import { Command } from '#schema/deployments/command.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { JSONValue, Url } from '#schema/kernel/scalars.js'
import { commandUrl, type CommandPart } from '#services/deployments/queries/command-url.js'
import type { LargeValue } from '#services/deployments/model/large-values.js'
import { readResult } from '#services/deployments/results/read-result.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { RequestContext } from '#context/request-context.js'

/** Values that can be large. They are loaded only if they are selected, and a larger one is read from its URL. */
@Resolver(() => Command)
export class CommandValuesResolver {
  @fieldResolver(
    'Parameters that the agent receives. Maximum 256 KiB, and 2 MiB for all parameters, results and reports of a response: larger ones are null with the error `RESPONSE_TOO_LARGE`, whose extension `url` returns the value.',
    () => JSONValue,
    { nullable: true },
  )
  async parameters(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    if (!command.hasLargeParameters) return command.inlineParameters
    return valueOf(context, command, 'parameters', await context.loaders.commandParameters.load(command.id))
  }

  @fieldResolver('URL of the parameters, for values of any size.', () => Url)
  parametersUrl(@Ctx() context: RequestContext, @Root() command: Command): string {
    return commandUrl(context, command, 'parameters')
  }

  @fieldResolver('Result with stable names. Null until reported. The limits of `parameters` apply.', () => JSONValue, {
    nullable: true,
  })
  async result(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    if (!command.hasLargeResult) return command.inlineResult
    return valueOf(context, command, 'result', await context.loaders.commandResult.load(command.id))
  }

  @fieldResolver('URL of the result, for values of any size. Null until reported.', () => Url, { nullable: true })
  resultUrl(@Ctx() context: RequestContext, @Root() command: Command): string | null {
    return command.hasLargeResult || command.inlineResult !== null ? commandUrl(context, command, 'result') : null
  }

  @fieldResolver(
    'Result as a type per command type. Fields that the agent did not report are null or empty; `more` contains members without a field. Null until reported, and if the result is not an object. Maximum 1 MiB per result, and otherwise the limits of `parameters`.',
    () => CommandReport,
    { nullable: true },
  )
  async typedResult(@Ctx() context: RequestContext, @Root() command: Command): Promise<CommandReport | null> {
    if (!command.hasLargeResult) return readResult(command, command.inlineResult)
    const loaded = await context.loaders.resultToRead.load(command.id)
    return readResult(command, valueOf(context, command, 'result', loaded))
  }

  @fieldResolver('Report as received. Null until reported. The limits of `parameters` apply.', () => JSONValue, {
    nullable: true,
  })
  async rawReport(@Ctx() context: RequestContext, @Root() command: Command): Promise<unknown> {
    if (!command.reportId) return null
    return valueOf(context, command, 'report', await context.loaders.rawReport.load(command.reportId))
  }

  @fieldResolver('URL of the report, byte for byte. Null until reported.', () => Url, { nullable: true })
  reportUrl(@Ctx() context: RequestContext, @Root() command: Command): string | null {
    return command.reportId && commandUrl(context, command, 'report')
  }

  @fieldResolver(
    'Program on the server that ran the command, as reported by the agent: `status_panel` or `compose_agent`. Null if not reported.',
    () => String,
    { nullable: true },
  )
  async executor(@Ctx() context: RequestContext, @Root() command: Command): Promise<string | null> {
    if (!command.reportId) return null
    const loaded = await context.loaders.reportToRead.load(command.reportId)
    const report = valueOf(context, command, 'report', loaded) as { executed_by?: unknown } | null
    return typeof report?.executed_by === 'string' ? report.executed_by : null
  }
}

function valueOf(context: RequestContext, command: Command, part: CommandPart, loaded: LargeValue | null): unknown {
  if (!loaded || loaded.fits) return loaded?.value ?? null
  const url = commandUrl(context, command, part)
  throw new AppError('RESPONSE_TOO_LARGE', `The ${part} does not fit into the response. Read it from ${url}.`, {
    details: { url },
  })
}
