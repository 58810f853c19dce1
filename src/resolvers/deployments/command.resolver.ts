import { CommandPayload, Command } from '#schema/deployments/command.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { CancelCommandArgs, EnqueueCommandArgs } from '#schema/deployments/command.input.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { cancelCommand } from '#services/deployments/commands/cancel-command.js'
import { toCommandRequest } from '#services/deployments/commands/command-request.js'
import { enqueueCommand } from '#services/deployments/commands/enqueue-command.js'
import { visibleCommand } from '#services/deployments/queries/command.js'
import { toUser } from '../identity/account.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { hashOf } from './deployment-hash.js'
import { toCommand, toDeployment } from './deployment.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedCommand } from '#services/deployments/audit/deployment-audited.js'

const TIMEOUT_SECONDS = 300

@Resolver(() => Command)
export class CommandResolver {
  @query('Command by ID. Null if it does not exist or is not visible to the caller.', () => Command, { nullable: true })
  async command(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the command.', () => ID) id: string,
  ): Promise<Command | null> {
    const row = await visibleCommand(context, id)
    return row ? toCommand(row) : null
  }

  @mutation('Adds a command to the queue of a deployment. The agent polls for it.', {
    payload: () => CommandPayload,
    permissionOnObject: 'COMMANDS_WRITE',
    moves: 'commands',
  })
  async enqueueCommand(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EnqueueCommandArgs) input: EnqueueCommandArgs,
  ) {
    return unlessDenied(
      enqueueCommand(context, {
        deploymentHash: await hashOf(context, input.deploymentHash),
        command: toCommandRequest(input.command, context.settings.ALLOWED_COMMANDS),
        priority: input.priority ?? 'NORMAL',
        timeoutSeconds: input.timeoutSeconds ?? TIMEOUT_SECONDS,
        idempotencyKey: input.idempotencyKey,
      }),
      (outcome) => toCommand(outcome.command),
    )
  }

  @mutation(
    'Cancels a command that is still queued. A command that the agent already has is marked and not delivered again.',
    {
      payload: () => CommandPayload,
      permissionOnObject: 'COMMANDS_WRITE',
      moves: 'commands',
      repeats: 'The command is already canceled.',
      audited: auditedCommand,
    },
  )
  cancelCommand(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CancelCommandArgs) { commandId }: CancelCommandArgs,
  ) {
    return unlessDenied(cancelCommand(context, commandId), (outcome) => toCommand(outcome.command))
  }

  @fieldResolver('User who enqueued the command. Null for services and the system.', () => User, { nullable: true })
  async createdBy(@Ctx() context: RequestContext, @Root() command: Command): Promise<User | null> {
    const user = command.createdByUserId ? await context.loaders.user.load(command.createdByUserId) : null
    return user && toUser(user)
  }

  @fieldResolver('Deployment on whose server the command runs.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() command: Command): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(command.deploymentId))!)
  }
}
