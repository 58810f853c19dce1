import { expectResult } from '@stackgate/client'
import {
  CancelCommand,
  Deployment as DeploymentDocument,
  EnqueueCommand,
  type CommandFields,
  type DeploymentCommandsData,
  type DeploymentData,
} from '@stackgate/client/documents'
import { useMemo } from 'react'
import { commandsJoin, presenceJoin, type Presence } from '../live/deployment-joins.js'
import { useKeyedMutation, type MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useLiveQuery, useStackgateQuery, type QueryResult } from '../query.js'
import type { CommandToEnqueue } from '../types.js'
import { queryKey } from '../query-keys.js'

/** A deployment with its applications, its agent and what the agent can do. */
export type Deployment = NonNullable<DeploymentData['deployment']>
/** A command for the agent of a deployment. */
export type Command = CommandFields

/** A deployment by its hash, with the events of its account. The presence of its agent is live. */
export function useDeployment(hash: string, accountId?: string): QueryResult<Deployment | null> {
  const account = useAccountId(accountId)
  const presence = usePresence(hash)
  const query = useStackgateQuery({
    name: 'Deployment',
    document: DeploymentDocument,
    variables: { id: hash },
    account,
    select: (data) => data.deployment,
  })
  const data = useMemo(() => query.data && withPresence(query.data, presence.data), [query.data, presence.data])
  return { ...query, data }
}

const withPresence = (deployment: Deployment, presence: Presence | undefined): Deployment =>
  deployment.agent && presence ? { ...deployment, agent: { ...deployment.agent, ...presence } } : deployment

/** The commands of a deployment, and the mutations of them. */
export interface CommandsResult extends QueryResult<readonly Command[]> {
  /** Adds a command to the queue of the agent. */
  readonly enqueue: MutationResult<CommandToEnqueue, { readonly id: string; readonly status: string }>
  /** Cancels a command by its ID. */
  readonly cancel: MutationResult<string, { readonly id: string; readonly status: string }>
}

/** Commands of a deployment, latest first, live. */
export function useCommands(hash: string): CommandsResult {
  const context = useStackgateContext()
  const { client, scope } = context
  const account = useAccountId(undefined)
  const query = useLiveQuery(
    queryKey(scope, undefined, 'DeploymentCommands', hash),
    account === null ? undefined : commandsJoin(context, hash),
    commandsIn,
  )
  const enqueue = useKeyedMutation(async (input: CommandToEnqueue, key) => {
    const data = await client.request(EnqueueCommand, { ...input, deploymentId: hash, key })
    return expectResult(data.enqueueCommand)
  }, true)
  const cancel = useKeyedMutation(
    async (id: string) => expectResult((await client.request(CancelCommand, { id })).cancelCommand),
    true,
  )
  return { ...query, enqueue, cancel }
}

const commandsIn = (data: DeploymentCommandsData): readonly Command[] => data.deployment?.commands?.nodes ?? []

/** Presence of the agent of a deployment, live. */
export function usePresence(hash: string): QueryResult<Presence> {
  const context = useStackgateContext()
  return useLiveQuery(
    queryKey(context.scope, undefined, 'AgentPresence', hash),
    context.accountId === null ? undefined : presenceJoin(context, hash),
  )
}
