import { StackgateError, type Stackgate, type StreamState } from '@stackgate/client'
import {
  AccountCursor,
  AgentPresence,
  BillingEvents,
  CommandStatus,
  DeploymentCommands,
  EntitlementChanges,
  Entitlements,
  type BillingEventsData,
  type DeploymentCommandsData,
  type EntitlementChangesData,
  type EntitlementsData,
} from '@stackgate/client/documents'
import type { QueryClient } from '@tanstack/react-query'
import { belongsTo, queryKey, type AccountId } from '../query-keys.js'
import type { Join, JoinSink, LiveState } from './joins.js'

/** A change of an account, for people: type, sentence and time. */
export type BillingEvent = Extract<BillingEventsData['billingEvents'], { readonly __typename: 'BillingEvent' }>

/** The parts that joins work with. */
export interface JoinContext {
  readonly client: Stackgate
  readonly queryClient: QueryClient
  readonly scope: number
  /** Receives each event of an account. */
  readonly onEvent: (account: AccountId, event: BillingEvent) => void
  /** Receives each change of entitlements. */
  readonly onEntitlements: (account: AccountId) => void
}

/** Events that come with every consumed unit. They change entitlements, which have their own stream. */
const FREQUENT = ['usage.recorded']
/** Queries that the streams of entitlements keep up to date, or whose data change with entitlements alone. */
const OF_ENTITLEMENTS: readonly unknown[] = ['Entitlements', 'Check', 'Credits', 'Usage', 'SpendCaps', 'UsageAlerts']
/** Queries are read again at most so often while events arrive. */
const THROTTLE_MS = 500

/** State of a join by the state of its stream. */
export const liveState = (state: StreamState): LiveState => {
  if (state.state === 'waiting') return { status: 'waiting', since: state.since }
  if (state.state === 'ended') return { status: 'ended', reason: state.reason }
  return { status: state.state }
}

const sinksOf = ({ signal, onState }: JoinSink) => ({
  signal,
  onState: (state: StreamState) => onState(liveState(state)),
})

const shared = (account: AccountId) => (account === undefined ? {} : { account })

/**
 * The cursor of an object.
 * @throws StackgateError if the object does not exist, or the caller may not read it
 */
export function cursorIn(found: { readonly streamCursor: string } | null | undefined, name: string): string {
  if (found) return found.streamCursor
  throw new StackgateError({ code: 'NOT_FOUND', message: `${name} not found.` })
}

/** Collects calls: the first is delayed, and those until then are one. */
function throttled(action: () => void, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      action()
    }, THROTTLE_MS)
  }
}

/** Billing events of an account: each makes the queries of the account be read again. */
export function billingJoin(context: JoinContext, account: AccountId): Join {
  const { client, queryClient, scope, onEvent } = context
  return {
    id: `billing ${scope} ${account ?? ''}`,
    start: (sink) => {
      const invalidate = (): void =>
        void queryClient.invalidateQueries({
          predicate: ({ queryKey: key }) => belongsTo(key, scope, account) && key[3] !== 'Entitlements',
        })
      let isFirst = !sink.isAgain
      return client.queryThenFollow({
        query: AccountCursor,
        queryVariables: { account },
        stream: BillingEvents,
        streamVariables: { account, except: FREQUENT },
        cursorOf: ({ account: found }) => cursorIn(found, 'Account'),
        onData: () => {
          sink.onData()
          // Events are missing, or happened before this attempt: everything is read again.
          if (!isFirst) invalidate()
          isFirst = false
        },
        onItem: (item) => {
          if (item.__typename !== 'BillingEvent') return
          onEvent(account, item)
          invalidate()
        },
        ...sinksOf(sink),
        ...shared(account),
      })
    },
  }
}

/** Entitlements of an account: the changes arrive with their numbers, and nothing is read again. */
export function entitlementsJoin(context: JoinContext, account: AccountId): Join {
  const { client, queryClient, scope, onEntitlements } = context
  const key = queryKey(scope, account, 'Entitlements')
  return {
    id: `entitlements ${scope} ${account ?? ''}`,
    start: (sink) => {
      const invalidate = throttled(() => {
        void queryClient.invalidateQueries({
          predicate: ({ queryKey: other }) =>
            belongsTo(other, scope, account) && OF_ENTITLEMENTS.includes(other[3]) && other[3] !== 'Entitlements',
        })
        onEntitlements(account)
      }, sink.signal)
      let isFirst = !sink.isAgain
      return client.queryThenFollow({
        query: Entitlements,
        queryVariables: { account },
        stream: EntitlementChanges,
        streamVariables: { account },
        cursorOf: ({ account: found }) => cursorIn(found, 'Account'),
        onData: (data) => {
          queryClient.setQueryData(key, data)
          sink.onData()
          if (!isFirst) invalidate()
          isFirst = false
        },
        onItem: (item) => {
          if (item.__typename !== 'EntitlementChange') return
          queryClient.setQueryData<EntitlementsData>(key, (data) => data && withChange(data, item))
          invalidate()
        },
        ...sinksOf(sink),
        ...shared(account),
      })
    },
  }
}

type EntitlementChange = Extract<EntitlementChangesData['entitlements'], { readonly __typename: 'EntitlementChange' }>

/** Entitlements after a change. An entitlement is replaced by a later version only: a change can come again, or after a later one. */
export function withChange(
  data: EntitlementsData,
  { entitlements, sequence, snapshot }: EntitlementChange,
): EntitlementsData {
  const { account } = data
  if (!account?.entitlements || (snapshot && sequence <= account.version)) return data
  const held = new Map(account.entitlements.map((each) => [each.feature.code, each]))
  const changes = new Map(entitlements.map((each) => [each.feature.code, each]))
  for (const [code, { version }] of changes) if (version <= (held.get(code)?.version ?? -1)) changes.delete(code)
  const listed = new Set(entitlements.map(({ feature }) => feature.code))
  const kept = snapshot ? account.entitlements.filter(({ feature }) => listed.has(feature.code)) : account.entitlements
  const merged = new Map(kept.map((each) => [each.feature.code, each]))
  for (const [code, change] of changes) merged.set(code, { ...merged.get(code), ...change })
  const version = Math.max(sequence, account.version)
  return { ...data, account: { ...account, version, entitlements: [...merged.values()] } }
}

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
        queryVariables: { by: { hash } },
        stream: CommandStatus,
        streamVariables: { deploymentHash: hash },
        cursorOf: ({ deployment }) => cursorIn(deployment, 'Deployment'),
        onData: (data) => {
          last.clear()
          queryClient.setQueryData(key, data)
          sink.onData()
        },
        onItem: (item) => {
          if (item.__typename !== 'CommandEvent' || item.sequence < (last.get(item.command.id) ?? 0)) return
          last.set(item.command.id, item.sequence)
          queryClient.setQueryData<DeploymentCommandsData>(key, (data) => data && withCommand(data, item.command))
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

/** Whether the agent of a deployment is online. */
export interface Presence {
  readonly presence: string
  /** Time of the last request of the agent (ISO 8601). Null if there was none. */
  readonly lastHeartbeatAt: string | null
}

/** Presence of the agent of a deployment. The stream begins with the present state. */
export function presenceJoin({ client, queryClient, scope }: JoinContext, hash: string): Join {
  const key = queryKey(scope, undefined, 'AgentPresence', hash)
  return {
    id: `presence ${scope} ${hash}`,
    start: (sink) => {
      const { signal } = sink
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        client
          .follow(
            AgentPresence,
            { deploymentHash: hash },
            {
              ...sinksOf(sink),
              onState: (state) => {
                if (state.state === 'ended' && state.error) reject(state.error)
                sink.onState(liveState(state))
              },
              onItem: (item) => {
                if (item.__typename !== 'PresenceChange') return
                const { presence, lastHeartbeatAt } = item
                queryClient.setQueryData<Presence>(key, { presence, lastHeartbeatAt })
                sink.onData()
              },
            },
          )
          .then(resolve, reject)
      })
    },
  }
}
