import { Ctx, Resolver, Root } from 'type-graphql'
import {
  EnqueueCommandResult,
  EnqueueCommandsInput,
  EnqueueCommandsItem,
  EnqueueCommandsResult,
} from '#schema/deployments/command.input.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { toCommandRequest } from '#services/deployments/commands/command-request.js'
import { enqueueCommands, type EnqueuedItem } from '#services/deployments/commands/enqueue-commands.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand } from './deployment.mapper.js'

const TIMEOUT_SECONDS = 300

@Resolver(() => EnqueueCommandsItem)
export class EnqueueCommandsResolver {
  @mutation(
    'Adds the same command to the queues of several deployments. Each of them has a result of its own.',
    () => EnqueueCommandsResult,
  )
  async enqueueCommands(
    @Ctx() context: RequestContext,
    @arg('input', 'The command and its targets.', () => EnqueueCommandsInput) input: EnqueueCommandsInput,
  ): Promise<EnqueueCommandsResult> {
    const outcome = await enqueueCommands(context, {
      deploymentHashes: input.deploymentHashes,
      command: toCommandRequest(input.command, context.config.allowedCommands),
      priority: input.priority ?? 'NORMAL',
      timeoutSeconds: input.timeoutSeconds ?? TIMEOUT_SECONDS,
      idempotencyKey: input.idempotencyKey,
    })
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { __typename: 'EnqueueCommandsPayload', items: outcome.items }
  }

  @fieldResolver(
    'The queued command, or the denial of this deployment. Null with an error if the deployment does not exist or the command failed.',
    () => EnqueueCommandResult,
    { nullable: true },
  )
  async result(
    @Ctx() context: RequestContext,
    @Root() { outcome }: EnqueueCommandsItem & Pick<EnqueuedItem, 'outcome'>,
  ): Promise<EnqueueCommandResult> {
    if (outcome.kind === 'error') throw outcome.error
    return outcome.kind === 'command' ? toCommand(outcome.command) : toDenial(context, outcome.denial)
  }
}
