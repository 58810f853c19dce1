import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, DEPLOYMENT_ID, RESYNC_AFTER, STREAM_AFTER } from '#schema/kernel/descriptions.js'
import { Event, EventConnection } from '#schema/kernel/event.type.js'
import type { TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { agentPresence } from '#services/deployments/queries/agent-presence.js'
import { commandStatus } from '#services/deployments/queries/command-status.js'
import { visibleCommand } from '#services/deployments/queries/command.js'
import { deploymentEvents } from '#services/deployments/queries/deployment-events.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { createEventFilter } from '#services/kernel/events/event-filter.js'
import { listEvents } from '#services/kernel/events/find-event.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import {
  deliverAfterState,
  deliverEvents,
  EventListArgs,
  EVENTS_PER_PAGE,
  ResyncedEventsArgs,
  toEventPage,
  type Subscribed,
} from '../kernel/event-lists.js'
import { hashOf } from './deployment-hash.js'
import { toDeployment } from './deployment.mapper.js'

@ArgsType()
class DeploymentEventsArgs extends ResyncedEventsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@ArgsType()
class AgentPresenceArgs {
  @field(DEPLOYMENT_ID, () => ID)
  deploymentId!: string

  @field(RESYNC_AFTER, () => String, { nullable: true })
  after?: string | null
}

@ArgsType()
class CommandStatusArgs {
  @field(`${DEPLOYMENT_ID} Default: that of \`commandId\`; one of the two is required.`, () => ID, { nullable: true })
  deploymentId?: string | null

  @field(STREAM_AFTER, () => String, { nullable: true })
  after?: string | null

  @field(
    'Emit only the changes of this command. Needs no `deploymentId`. Default: all commands of the deployment.',
    () => ID,
    {
      nullable: true,
    },
  )
  commandId?: string | null

  @field('Emit only changes of commands of these types, for example `restart`. Default: all types.', () => [String], {
    nullable: true,
  })
  commandTypes?: string[] | null

  @field('Emit only changes of commands for these applications. Default: all commands.', () => [String], {
    nullable: true,
  })
  appCodes?: string[] | null
}

/** Hash of the deployment whose commands are followed: the named one, or that of the named command. */
async function hashOfCommands(
  context: RequestContext,
  { deploymentId, commandId }: CommandStatusArgs,
): Promise<string> {
  if (deploymentId != null) return hashOf(context, deploymentId)
  if (commandId == null)
    throw new AppError('BAD_USER_INPUT', 'Name a deployment or a command.', { details: { field: 'deploymentId' } })
  const command = await visibleCommand(context, commandId)
  if (!command) throw new AppError('NOT_FOUND', 'Command not found.')
  return command.deploymentHash
}

@Resolver(() => Event)
export class EventDeploymentResolver {
  @subscription(
    'Emits the events of all deployments of an account: commands, agents, alarms and the deployments themselves.',
    () => StreamItem,
    {
      requires: 'DEPLOYMENTS_READ',
      subscribe: async ({ args, context }: Subscribed<DeploymentEventsArgs>) =>
        deliverAfterState(context, 'deployments', await deploymentEvents(context, args), args.after),
    },
  )
  deploymentEvents(
    @Root() item: StreamItem,
    @Args(() => DeploymentEventsArgs) _args: DeploymentEventsArgs,
  ): StreamItem {
    return item
  }

  @subscription(
    "Emits every status change of one command, or of a deployment's commands. `subject` is the command, and `data` has `status`, `previousStatus` and `detail`.",
    () => StreamItem,
    {
      subscribe: async ({ args, context }: Subscribed<CommandStatusArgs>) =>
        deliverEvents(
          context,
          'commands',
          await commandStatus(context, { ...args, deploymentHash: await hashOfCommands(context, args) }),
          args.after,
        ),
    },
  )
  commandStatus(@Root() item: StreamItem, @Args(() => CommandStatusArgs) _args: CommandStatusArgs): StreamItem {
    return item
  }

  @subscription(
    "Emits the events that change the presence of a deployment's agent. `data` has `presence` and `lastHeartbeatAt`.",
    () => StreamItem,
    {
      subscribe: async ({ args, context }: Subscribed<AgentPresenceArgs>) =>
        deliverAfterState(
          context,
          'presence',
          await agentPresence(context, {
            after: args.after,
            deploymentHash: await hashOf(context, args.deploymentId),
          }),
          args.after,
        ),
    },
  )
  agentPresence(@Root() item: StreamItem, @Args(() => AgentPresenceArgs) _args: AgentPresenceArgs): StreamItem {
    return item
  }

  @fieldResolver(
    'Deployment whose stream has the event. Null for events of accounts and operators.',
    () => Deployment,
    { nullable: true },
  )
  async deployment(@Ctx() context: RequestContext, @Root() { deploymentId }: Event): Promise<Deployment | null> {
    const row = deploymentId ? await context.loaders.deployment.load(deploymentId) : null
    return row && toDeployment(row)
  }
}

@Resolver(() => Deployment)
export class DeploymentEventsResolver {
  @fieldResolver('Events of the deployment, its agent and its commands, newest first.', () => EventConnection)
  async events(
    @Ctx() context: RequestContext,
    @Root() { id: streamId, accountId }: Deployment,
    @Args(() => EventListArgs) args: EventListArgs & TwoWayPageArgs,
  ): Promise<EventConnection> {
    const request = pageRequest(args, EVENTS_PER_PAGE)
    return toEventPage(await listEvents(context.database, { streamId, accountId }, createEventFilter(args), request))
  }
}
