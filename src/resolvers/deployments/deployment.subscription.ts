import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { CommandEvent, CommandStream } from '#schema/deployments/command-stream.type.js'
import type { AgentPresence } from '#schema/deployments/agent.type.js'
import { Command, type CommandStatus } from '#schema/deployments/command.type.js'
import { PresenceStream, type PresenceChange } from '#schema/deployments/presence-stream.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import { DEPLOYMENT_HASH, STREAM_AFTER } from '#schema/kernel/descriptions.js'
import { publishPresence } from '#services/deployments/presence/publish-presence.js'
import { commandStatus as followCommands } from '#services/deployments/queries/command-status.js'
import { agentPresence as followPresence } from '#services/deployments/queries/agent-presence.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand } from './deployment.mapper.js'

@ArgsType()
class DeploymentStreamArgs {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(STREAM_AFTER, () => String, { nullable: true })
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
  presence: event.data['presence'] as AgentPresence,
  lastHeartbeatAt: event.data['lastHeartbeatAt'] as Date | null,
})

const commandStatus = async (context: RequestContext, args: DeploymentStreamArgs) =>
  deliver(context, 'commands', await followCommands(context, args), toCommandEvent)

const agentPresence = async (context: RequestContext, args: DeploymentStreamArgs) =>
  deliver(context, 'presence', publishPresence(context, await followPresence(context, args)), toPresenceChange)

@Resolver(() => CommandEvent)
export class DeploymentSubscription {
  @subscription(
    "Emits every status change of a deployment's commands. With `after`, replays missed changes first.",
    () => CommandStream,
    {
      subscribe: ({ args, context }: { args: DeploymentStreamArgs; context: RequestContext }) =>
        commandStatus(context, args),
    },
  )
  commandStatus(
    @Root() event: CommandStream,
    @Args(() => DeploymentStreamArgs) _args: DeploymentStreamArgs,
  ): CommandStream {
    return event
  }

  @subscription(
    "Emits every presence change of a deployment's agent. With `after`, replays missed changes first.",
    () => PresenceStream,
    {
      subscribe: ({ args, context }: { args: DeploymentStreamArgs; context: RequestContext }) =>
        agentPresence(context, args),
    },
  )
  agentPresence(
    @Root() event: PresenceStream,
    @Args(() => DeploymentStreamArgs) _args: DeploymentStreamArgs,
  ): PresenceStream {
    return event
  }

  @fieldResolver('Current state of the command.', () => Command)
  async command(@Ctx() context: RequestContext, @Root() event: CommandEvent): Promise<Command> {
    return toCommand((await context.loaders.command.load(event.commandId))!)
  }
}
