import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  DeploymentEvent,
  DeploymentsSnapshot,
  type DeploymentStreamItem,
} from '#schema/deployments/deployment-event.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import {
  ACCOUNT_ARG,
  ACCOUNT_EXTERNAL_ID,
  EVENT_TYPES,
  EXCEPT_EVENT_TYPES,
  SNAPSHOT_AFTER,
} from '#schema/kernel/descriptions.js'
import { Node } from '#schema/kernel/node.type.js'
import { DeploymentStream } from '#schema/kernel/stream-event.type.js'
import { deploymentEvents } from '#services/deployments/queries/deployment-events.js'
import { toAccount } from '../identity/account.mapper.js'
import { loadNode } from '../kernel/load-node.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toDeployment, toDeploymentEvent } from './deployment.mapper.js'

@ArgsType()
class DeploymentEventsArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(SNAPSHOT_AFTER, () => String, { nullable: true })
  after?: string | null

  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

async function subscribe(context: RequestContext, args: DeploymentEventsArgs) {
  const stream = await deploymentEvents(context, args)
  const snapshot = async (): Promise<DeploymentsSnapshot> => ({
    __typename: 'DeploymentsSnapshot',
    cursor: stream.cursor,
    at: new Date(context.timers.now()),
    accountId: stream.accountId,
  })
  return deliver<DeploymentStreamItem>(
    context,
    'deployments',
    stream,
    toDeploymentEvent,
    args.after == null ? snapshot : undefined,
  )
}

@Resolver(() => DeploymentEvent)
export class DeploymentEventResolver {
  @subscription(
    'Emits a snapshot, then the events of all deployments of an account: commands, agents, alarms and the deployments themselves. With `after`, replays missed events instead of the snapshot.',
    () => DeploymentStream,
    {
      subscribe: ({ args, context }: { args: DeploymentEventsArgs; context: RequestContext }) =>
        subscribe(context, args),
    },
  )
  deploymentEvents(
    @Root() event: DeploymentStreamItem,
    @Args(() => DeploymentEventsArgs) _args: DeploymentEventsArgs,
  ): DeploymentStreamItem {
    return event
  }

  @fieldResolver('Deployment that the event belongs to.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() event: DeploymentEvent): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(event.deploymentId))!)
  }

  @fieldResolver(ACCOUNT_EXTERNAL_ID, () => String)
  async accountExternalId(@Ctx() context: RequestContext, @Root() event: DeploymentEvent): Promise<string> {
    return (await context.loaders.account.load(event.accountId))!.externalId
  }

  @fieldResolver('Current state of the object the event is about. Null if there is none.', () => Node, {
    nullable: true,
  })
  subject(@Ctx() context: RequestContext, @Root() event: DeploymentEvent): Promise<Node | null> | null {
    return event.subjectId ? loadNode(context, event.subjectId) : null
  }
}

@Resolver(() => DeploymentsSnapshot)
export class DeploymentsSnapshotResolver {
  @fieldResolver('Account of the deployments, read after the cursor.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: DeploymentsSnapshot): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }
}
