import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import { OUTSTANDING_STATUSES, type CommandStatus } from '#entities/deployments/command-state.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** Seconds of silence after which an agent counts as offline: the normal gap is at most 35, and twice that may be lost. */
export const OFFLINE_AFTER_SECONDS = 90

/** Online, degraded, offline, or busy: an agent that works on a command does not poll, and its silence is normal until the lease ends. */
export function presenceOf(
  agent: Pick<AgentRow, 'presence' | 'lastHeartbeatAt'>,
  hasOutstandingCommand: boolean,
  now = Date.now(),
): AgentPresence {
  if (hasOutstandingCommand) return 'BUSY'
  const silentFor = agent.lastHeartbeatAt ? (now - agent.lastHeartbeatAt.getTime()) / 1000 : Infinity
  return silentFor > OFFLINE_AFTER_SECONDS ? 'OFFLINE' : agent.presence
}

/** In SQL: a command is in the hands of its agent now. */
const OUTSTANDING = `status in ('LEASED', 'RUNNING') and lease_until > now()`

/** Deployments whose agent holds a command now. */
export async function deploymentsWithOutstandingCommand(
  sql: Sql,
  deploymentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.rows<{ deploymentId: string }>(
    `select distinct deployment_id from command where deployment_id = any($1) and ${OUTSTANDING}`,
    [deploymentIds],
  )
  return new Set(rows.map((row) => row.deploymentId))
}

/** An agent at one moment, as far as its presence needs it, and whether it holds a command. */
export interface CurrentAgent extends Pick<AgentRow, 'accountId' | 'deploymentId' | 'presence' | 'lastHeartbeatAt'> {
  readonly isBusy: boolean
}

/** The agent of a deployment and its commands in one read: two reads could show different moments. */
export const currentAgent = (sql: Sql, deploymentId: string): Promise<CurrentAgent | undefined> =>
  sql.row<CurrentAgent>(
    `select account_id, deployment_id, presence, last_heartbeat_at,
       exists (select 1 from command where deployment_id = $1 and ${OUTSTANDING}) as is_busy
     from agent where deployment_id = $1`,
    [deploymentId],
  )

/** Presence in an event. `RELEASED`: the agent no longer holds a command; its presence depends on other data. */
export type PresenceHint = AgentPresence | 'RELEASED'

/** Pure: presence of the agent according to an event. Null if the event has no effect on it. */
export function presenceAfter(event: Pick<StreamEventRow, 'type' | 'data'>): PresenceHint | null {
  switch (event.type) {
    case 'agent.online':
      return 'ONLINE'
    case 'agent.offline':
      return 'OFFLINE'
    case 'agent.degraded':
      return 'DEGRADED'
    case 'command.leased':
      return 'BUSY'
    case 'command.queued': // back in the queue
    case 'command.succeeded':
    case 'command.failed':
    case 'command.cancelled':
    case 'command.lost':
      return OUTSTANDING_STATUSES.includes(event.data['previousStatus'] as CommandStatus) ? 'RELEASED' : null
    default:
      return null
  }
}

/**
 * Pure: presence to publish for an event. ONLINE and OFFLINE are replayed as recorded, but an agent that holds a
 * command is reported as BUSY.
 */
export function presenceToPublish(
  hint: PresenceHint,
  agent: CurrentAgent | undefined,
  now = Date.now(),
): AgentPresence {
  if (hint === 'BUSY' || hint === 'OFFLINE') return hint
  if (!agent) return 'OFFLINE'
  if (hint === 'RELEASED') return presenceOf(agent, agent.isBusy, now)
  return agent.isBusy ? 'BUSY' : hint
}
