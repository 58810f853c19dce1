import {
  AgentPresence,
  CommandStatus,
  DeploymentAgent,
  DeploymentCommands,
  type DeploymentCommandsData,
} from '@stackgate/client/documents'
import { queryKey } from '../query-keys.js'
import { cursorIn, sinksOf, type JoinContext } from './account-joins.js'
import type { Join } from './joins.js'

/** Commands of a deployment. */
export function commandsJoin({ client, queryClient, scope }: JoinContext, hash: string): Join {
  const key = queryKey(scope, undefined, 'DeploymentCommands', hash)
  /** Sequence of the last event of each command: an earlier one that arrives later has no effect. */
  const last = new Map<string, number>()
  return {
    id: `commands ${scope} ${hash}`,
    start: (sink) =>
      client.queryThenFollow({
        query: DeploymentCommands,
        queryVariables: { id: hash },
        stream: CommandStatus,
        streamVariables: { deploymentId: hash },
        cursorOf: ({ deployment }) => cursorIn(deployment, 'Deployment'),
        onData: (data) => {
          last.clear()
          queryClient.setQueryData(key, data)
          sink.onData()
        },
        onItem: ({ sequence, subject }) => {
          if (subject?.__typename !== 'Command' || sequence! < (last.get(subject.id) ?? 0)) return
          last.set(subject.id, sequence!)
          queryClient.setQueryData<DeploymentCommandsData>(key, (data) => data && withCommand(data, subject))
        },
        ...sinksOf(sink),
      }),
  }
}

type Command = NonNullable<NonNullable<DeploymentCommandsData['deployment']>['commands']>['nodes'][number]

function withCommand(data: DeploymentCommandsData, command: Command): DeploymentCommandsData {
  const { deployment } = data
  if (!deployment?.commands) return data
  const { nodes } = deployment.commands
  const isKnown = nodes.some(({ id }) => id === command.id)
  const changed = isKnown ? nodes.map((each) => (each.id === command.id ? command : each)) : [command, ...nodes]
  return { ...data, deployment: { ...deployment, commands: { ...deployment.commands, nodes: changed } } }
}

/** Presence of the agent of a deployment: it is online or offline. */
export interface Presence {
  readonly presence: string
  /** Time of the last request of the agent (ISO 8601). Null if there was none. */
  readonly lastHeartbeatAt: string | null
}

/** Presence of the agent of a deployment. */
export function presenceJoin({ client, queryClient, scope }: JoinContext, hash: string): Join {
  const key = queryKey(scope, undefined, 'AgentPresence', hash)
  return {
    id: `presence ${scope} ${hash}`,
    start: (sink) =>
      client.queryThenFollow({
        query: DeploymentAgent,
        queryVariables: { id: hash },
        stream: AgentPresence,
        streamVariables: { deploymentId: hash },
        cursorOf: ({ deployment }) => cursorIn(deployment, 'Deployment'),
        onData: ({ deployment }) => {
          queryClient.setQueryData<Presence>(key, deployment!.agent ?? { presence: 'OFFLINE', lastHeartbeatAt: null })
          sink.onData()
        },
        onItem: ({ data }) => {
          const { presence, lastHeartbeatAt } = data as Presence
          queryClient.setQueryData<Presence>(key, { presence, lastHeartbeatAt })
        },
        ...sinksOf(sink),
      }),
  }
}
