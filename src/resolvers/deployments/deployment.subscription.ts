import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { CommandEvent, type CommandStreamItem } from '#schema/deployments/command-stream.type.js'
import type { AgentPresence } from '#schema/deployments/agent.type.js'
import { Command, type CommandStatus } from '#schema/deployments/command.type.js'
import '#schema/deployments/presence-stream.type.js' // registers the type, which is returned as an interface only
import type { PresenceChange, PresenceStreamItem } from '#schema/deployments/presence-stream.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import { DEPLOYMENT_HASH, SNAPSHOT_AFTER, STREAM_AFTER } from '#schema/kernel/descriptions.js'
import { CommandStream, PresenceStream } from '#schema/kernel/stream-event.type.js'
import { publishPresence } from '#services/deployments/presence/publish-presence.js'
import { commandStatus as followCommands } from '#services/deployments/queries/command-status.js'
import { agentPresence as followPresence } from '#services/deployments/queries/agent-presence.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand } from './deployment.mapper.js'

@ArgsType()
class CommandStreamArgs {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(STREAM_AFTER, () => String, { nullable: true })
  after?: string | null

  @field('Emit only the changes of this command. Default: all commands of the deployment.', () => ID, {
    nullable: true,
  })
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

@ArgsType()
class PresenceStreamArgs {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(SNAPSHOT_AFTER, () => String, { nullable: true })
  after?: string | null
}

const place = (event: StreamEventRow) => ({
  cursor: encodeCursor(event.streamId, event.sequence),
  sequence: event.sequence,
  at: event.at,
})

const toCommandEvent = (event: StreamEventRow): CommandEvent => ({
  __typename: 'CommandEvent',
  ...place(event),
  commandId: event.subjectId!,
  status: event.data['status'] as CommandStatus,
  previousStatus: (event.data['previousStatus'] ?? null) as CommandStatus | null,
  detail: (event.data['detail'] ?? null) as string | null,
})

const toPresenceChange = (event: StreamEventRow): PresenceChange => ({
  __typename: 'PresenceChange',
  ...place(event),
  snapshot: false,
  presence: event.data['presence'] as AgentPresence,
  lastHeartbeatAt: event.data['lastHeartbeatAt'] as Date | null,
})

const commandStatus = async (context: RequestContext, args: CommandStreamArgs) =>
  deliver(context, 'commands', await followCommands(context, args), toCommandEvent)

async function agentPresence(context: RequestContext, args: PresenceStreamArgs) {
  const stream = publishPresence(context, await followPresence(context, args))
  const snapshot = async (): Promise<PresenceChange> => ({
    __typename: 'PresenceChange',
    cursor: encodeCursor(stream.streamId, stream.version),
    sequence: stream.version,
    at: new Date(context.timers.now()),
    snapshot: true,
    ...(await stream.snapshot()),
  })
  return deliver(context, 'presence', stream, toPresenceChange, args.after == null ? snapshot : undefined)
}

@Resolver(() => CommandEvent)
export class DeploymentSubscription {
  @subscription(
    "Emits every status change of a deployment's commands. With `after`, replays missed changes first.",
    () => CommandStream,
    {
      subscribe: ({ args, context }: { args: CommandStreamArgs; context: RequestContext }) =>
        commandStatus(context, args),
    },
  )
  commandStatus(
    @Root() event: CommandStreamItem,
    @Args(() => CommandStreamArgs) _args: CommandStreamArgs,
  ): CommandStreamItem {
    return event
  }

  @subscription(
    "Emits the presence of a deployment's agent, then every change. With `after`, replays missed changes instead of the snapshot.",
    () => PresenceStream,
    {
      subscribe: ({ args, context }: { args: PresenceStreamArgs; context: RequestContext }) =>
        agentPresence(context, args),
    },
  )
  agentPresence(
    @Root() event: PresenceStreamItem,
    @Args(() => PresenceStreamArgs) _args: PresenceStreamArgs,
  ): PresenceStreamItem {
    return event
  }

  @fieldResolver('Current state of the command.', () => Command)
  async command(@Ctx() context: RequestContext, @Root() event: CommandEvent): Promise<Command> {
    return toCommand((await context.loaders.command.load(event.commandId))!)
  }
}
