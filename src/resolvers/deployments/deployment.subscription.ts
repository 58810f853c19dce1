import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { StreamEventRow } from '../../entities/kernel/stream-event.entity.js'
import { CommandEvent, CommandStream } from '../../schema/deployments/command-stream.type.js'
import { Command, type CommandStatus } from '../../schema/deployments/command.type.js'
import { PresenceStream, type PresenceChange } from '../../schema/deployments/presence-stream.type.js'
import { field, fieldResolver, subscription } from '../../schema/kernel/decorators.js'
import { presenceAfter } from '../../services/deployments/presence/presence.js'
import { requireDeployment } from '../../services/deployments/queries/deployment-queries.js'
import { encodeCursor } from '../../services/kernel/events/cursor.js'
import { abortable, followStream } from '../../services/kernel/events/follow-stream.js'
import { counted, toResync } from '../kernel/stream.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toCommand } from './deployment.mapper.js'

@ArgsType()
class DeploymentStreamArgs {
  @field("The deployment's hash.", () => String)
  deploymentHash!: string

  @field(
    'A cursor of this stream: what came after it is told first. Left out: begin with what happens from now on.',
    () => String,
    { nullable: true },
  )
  after?: string | null
}

interface StreamOf<Item> {
  readonly name: string
  readonly wants: (event: StreamEventRow) => boolean
  readonly map: (context: RequestContext, event: StreamEventRow) => Item | Promise<Item>
}

async function subscribe<Item>(context: RequestContext, args: DeploymentStreamArgs, stream: StreamOf<Item>) {
  const deployment = await requireDeployment(context, args.deploymentHash, 'deployments:read')
  const follow = await followStream(context, {
    streamId: deployment.id,
    after: args.after ?? null,
    wants: stream.wants,
  })
  return counted(
    context,
    stream.name,
    abortable(async function* (signal) {
      for await (const item of follow(signal))
        yield item.kind === 'resync'
          ? toResync(deployment.id, item.sequence, context.clock.now())
          : await stream.map(context, item.event)
    }),
  )
}

const place = (event: StreamEventRow) => ({
  cursor: encodeCursor(event.streamId, event.sequence),
  sequence: event.sequence,
  at: event.at,
})

const commandStatus: StreamOf<CommandEvent> = {
  name: 'commands',
  wants: (event) => event.type.startsWith('command.'),
  map: (_context, event) => ({
    __typename: 'CommandEvent',
    ...place(event),
    commandId: event.subjectId!,
    status: event.data['status'] as CommandStatus,
    previousStatus: (event.data['previousStatus'] ?? null) as CommandStatus | null,
    detail: (event.data['detail'] ?? null) as string | null,
  }),
}

const agentPresence: StreamOf<PresenceChange> = {
  name: 'presence',
  wants: (event) => presenceAfter(event) !== null,
  map: async (context, event) => ({
    __typename: 'PresenceChange',
    ...place(event),
    presence: presenceAfter(event)!,
    lastHeartbeatAt:
      (
        await context.database.row<{ lastHeartbeatAt: Date | null }>(
          `select last_heartbeat_at from agent where deployment_id = $1`,
          [event.streamId],
        )
      )?.lastHeartbeatAt ?? null,
  }),
}

@Resolver(() => CommandEvent)
export class DeploymentSubscription {
  @subscription(
    'Every state of every command of a deployment: what was missed since `after`, then live.',
    () => CommandStream,
    {
      subscribe: ({ args, context }: { args: DeploymentStreamArgs; context: RequestContext }) =>
        subscribe(context, args, commandStatus),
    },
  )
  commandStatus(
    @Root() event: CommandStream,
    @Args(() => DeploymentStreamArgs) _args: DeploymentStreamArgs,
  ): CommandStream {
    return event
  }

  @subscription(
    "The coming and going of a deployment's agent: what was missed since `after`, then live.",
    () => PresenceStream,
    {
      subscribe: ({ args, context }: { args: DeploymentStreamArgs; context: RequestContext }) =>
        subscribe(context, args, agentPresence),
    },
  )
  agentPresence(
    @Root() event: PresenceStream,
    @Args(() => DeploymentStreamArgs) _args: DeploymentStreamArgs,
  ): PresenceStream {
    return event
  }

  @fieldResolver('The command, as it is now.', () => Command)
  async command(@Ctx() context: RequestContext, @Root() event: CommandEvent): Promise<Command> {
    return toCommand((await context.loaders.command.load(event.commandId))!)
  }
}
