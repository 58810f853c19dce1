import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { AccountBilling } from '#schema/identity/account-groups.type.js'
import { Actor } from '#schema/identity/actor.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import {
  ACCOUNT_ARG,
  DEPLOYMENT_ID,
  EVENT_TYPES,
  EXCEPT_EVENT_TYPES,
  RESYNC_AFTER,
  STREAM_AFTER,
} from '#schema/kernel/descriptions.js'
import { Event, EventConnection } from '#schema/kernel/event.type.js'
import { Node } from '#schema/kernel/node.type.js'
import { twoWayPageArgs, type TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { StreamItem } from '#schema/kernel/stream-item.type.js'
import { accountEvents, billingEvents } from '#services/billing/events/billing-events.js'
import { agentPresence } from '#services/deployments/queries/agent-presence.js'
import { commandStatus } from '#services/deployments/queries/command-status.js'
import { visibleCommands } from '#services/deployments/queries/commands.js'
import { deploymentEvents } from '#services/deployments/queries/deployment-events.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { createEventFilter } from '#services/kernel/events/event-filter.js'
import { listEvents } from '#services/kernel/events/find-event.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import { pageRequest, type Page } from '#services/kernel/paging/page.js'
import { operatorEvents } from '#services/ops/operator-events/operator-events.js'
import { hashOf } from '../deployments/deployment-hash.js'
import { toDeployment } from '../deployments/deployment.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { actorOfEvent } from './event-actor.js'
import { toEvent, toNumberedEvent } from './event.mapper.js'
import { loadNode } from './load-node.js'
import { toConnection } from './page.mapper.js'
import { deliver, toResync } from './stream.mapper.js'

const EVENTS_PER_PAGE = 50

@ArgsType()
class EventListArgs extends twoWayPageArgs(EVENTS_PER_PAGE) {
  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

@ArgsType()
class EventStreamArgs {
  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

@ArgsType()
class OperatorEventsArgs extends EventStreamArgs {
  @field(RESYNC_AFTER, () => String, { nullable: true })
  after?: string | null
}

@ArgsType()
class DeploymentEventsArgs extends OperatorEventsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@ArgsType()
class BillingEventsArgs extends EventStreamArgs {
  @field(STREAM_AFTER, () => String, { nullable: true })
  after?: string | null

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

interface Subscribed<SubscriptionArgs> {
  readonly args: SubscriptionArgs
  readonly context: RequestContext
}

/** Delivers the events of a stream, with the position of a subscriber who has none. */
const deliverEvents = <Row extends StreamEventRow | OperatorEventRow>(
  context: RequestContext,
  name: string,
  stream: OpenedStream<Row>,
  after: string | null | undefined,
) => Object.assign(deliver(context, name, stream, { map: toEvent }), { position: after == null ? stream.cursor : null })

/** The same for a stream that asks for the state first, unless the subscriber continues it. */
const deliverAfterState = <Row extends StreamEventRow | OperatorEventRow>(
  context: RequestContext,
  name: string,
  stream: OpenedStream<Row>,
  after: string | null | undefined,
) =>
  deliver(context, name, stream, {
    map: toEvent,
    first: after == null ? async () => toResync(context, stream.cursor, 'STARTED') : undefined,
  })

/** Hash of the deployment whose commands are followed: the named one, or that of the named command. */
async function hashOfCommands(
  context: RequestContext,
  { deploymentId, commandId }: CommandStatusArgs,
): Promise<string> {
  if (deploymentId != null) return hashOf(context, deploymentId)
  if (commandId == null)
    throw new AppError('BAD_USER_INPUT', 'Name a deployment or a command.', { details: { field: 'deploymentId' } })
  const [command] = await visibleCommands(context, [commandId])
  if (!command) throw new AppError('NOT_FOUND', 'Command not found.')
  return command.deploymentHash
}

const toEventPage = (page: Page<StreamEventRow>): EventConnection => toConnection(page, page.items.map(toNumberedEvent))

@Resolver(() => Event)
export class EventResolver {
  @subscription('Emits billing and entitlement events of an account.', () => StreamItem, {
    requires: 'BILLING_READ',
    subscribe: async ({ args, context }: Subscribed<BillingEventsArgs>) =>
      deliverEvents(context, 'billing', await billingEvents(context, args), args.after),
  })
  billingEvents(@Root() item: StreamItem, @Args(() => BillingEventsArgs) _args: BillingEventsArgs): StreamItem {
    return item
  }

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

  @subscription('Emits what needs an operator in all accounts.', () => StreamItem, {
    requires: 'OPS_READ',
    subscribe: async ({ args, context }: Subscribed<OperatorEventsArgs>) =>
      deliverAfterState(context, 'operators', await operatorEvents(context, args), args.after),
  })
  operatorEvents(@Root() item: StreamItem, @Args(() => OperatorEventsArgs) _args: OperatorEventsArgs): StreamItem {
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

  @fieldResolver('Account that the event concerns. Null if none.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Event): Promise<Account | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && toAccount(row)
  }

  @fieldResolver(
    'User, service or payment provider that caused the event. Null if the event does not record it.',
    () => Actor,
    { nullable: true },
  )
  actor(@Ctx() context: RequestContext, @Root() event: Event): Promise<Actor | null> {
    return actorOfEvent(context, event)
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

  @fieldResolver('Current state of the object that the event is about. Null if there is none.', () => Node, {
    nullable: true,
  })
  subject(@Ctx() context: RequestContext, @Root() { subjectId }: Event): Promise<Node | null> | null {
    return subjectId ? loadNode(context, subjectId) : null
  }
}

@Resolver(() => AccountBilling)
export class AccountEventsResolver {
  @fieldResolver('Billing and entitlement events of the account, newest first.', () => EventConnection)
  async events(
    @Ctx() context: RequestContext,
    @Root() account: AccountBilling,
    @Args(() => EventListArgs) args: EventListArgs & TwoWayPageArgs,
  ): Promise<EventConnection> {
    return toEventPage(await accountEvents(context, account.id, args, pageRequest(args, EVENTS_PER_PAGE)))
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
