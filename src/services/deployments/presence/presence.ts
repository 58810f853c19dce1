import type { AgentPresence, AgentRow } from '../../../entities/deployments/agent.entity.js'
import type { StreamEventRow } from '../../../entities/kernel/stream-event.entity.js'
import type { Sql } from '../../kernel/database/sql.js'

/** Seconds of silence after which an agent counts as offline: the normal gap is at most 35, and twice that may be lost. */
export const OFFLINE_AFTER_SECONDS = 90

/** Pure: what to tell of an event's presence: an agent that is free again is as well as it last said. */
export const presenceToTell = (told: AgentPresence, agent: Pick<AgentRow, 'presence'> | undefined): AgentPresence =>
  told === 'ONLINE' && agent?.presence === 'DEGRADED' ? 'DEGRADED' : told

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

/** Which of these deployments have a command in the hands of their agent now. */
export async function deploymentsWithOutstandingCommand(
  sql: Sql,
  deploymentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.rows<{ deploymentId: string }>(
    `select distinct deployment_id from command where deployment_id = any($1) and status in ('LEASED', 'RUNNING') and lease_until > now()`,
    [deploymentIds],
  )
  return new Set(rows.map((row) => row.deploymentId))
}

/** Pure: what an event of a deployment says about its agent's presence; null when nothing. */
export function presenceAfter(event: Pick<StreamEventRow, 'type' | 'data'>): AgentPresence | null {
  switch (event.type) {
    case 'agent.online':
      return 'ONLINE'
    case 'agent.offline':
      return 'OFFLINE'
    case 'agent.degraded':
      return 'DEGRADED'
    case 'command.leased':
      return 'BUSY'
    case 'command.succeeded':
    case 'command.failed':
    case 'command.lost':
      return 'ONLINE'
    case 'command.queued':
      // Back in the queue: its agent is not at work on it any more.
      return event.data['previousStatus'] ? 'ONLINE' : null
    default:
      return null
  }
}
