import { sql } from 'kysely'
import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import { OUTSTANDING_STATUSES, type CommandStatus } from '#entities/deployments/command-state.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { IS_OUTSTANDING } from '../model/select-commands.js'

/** Seconds of silence after which an agent counts as offline: the normal gap is at most 35, and twice that may be lost. */
export const OFFLINE_AFTER_SECONDS = 90

/** Online, degraded, offline, or busy: an agent that works on a command does not poll, and its silence is normal until the lease ends. */
export function presenceOf(
  agent: Pick<AgentRow, 'presence' | 'lastHeartbeatAt'>,
  hasOutstandingCommand: boolean,
  now: number,
): AgentPresence {
  if (hasOutstandingCommand) return 'BUSY'
  const silentFor = agent.lastHeartbeatAt ? (now - agent.lastHeartbeatAt.getTime()) / 1000 : Infinity
  return silentFor > OFFLINE_AFTER_SECONDS ? 'OFFLINE' : agent.presence
}

/** Commands that agents hold now. */
export const selectHeldCommands = ({ query }: Sql) =>
  query
    .selectFrom('command')
    .select('command.deploymentId')
    .where(IS_OUTSTANDING)
    .where('command.leaseUntil', '>', sql<Date>`now()`)

/** Deployments whose agent holds a command now. */
export async function deploymentsWithOutstandingCommand(
  database: Sql,
  deploymentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await selectHeldCommands(database).distinct().where('deploymentId', 'in', deploymentIds).execute()
  return new Set(rows.map((row) => row.deploymentId))
}

/** An agent at one moment, as far as its presence needs it, and whether it holds a command. */
export interface CurrentAgent extends Pick<AgentRow, 'accountId' | 'deploymentId' | 'presence' | 'lastHeartbeatAt'> {
  readonly isBusy: boolean
}

/** The agent of a deployment and its commands in one read: two reads could show different moments. */
export const currentAgent = (database: Sql, deploymentId: string): Promise<CurrentAgent | undefined> =>
  database.query
    .selectFrom('agent')
    .select(['accountId', 'deploymentId', 'presence', 'lastHeartbeatAt'])
    .select((eb) =>
      eb
        .exists(
          selectHeldCommands(database)
            .where('command.deploymentId', '=', deploymentId)
            .where('command.accountId', '=', eb.ref('agent.accountId')),
        )
        .$castTo<boolean>()
        .as('isBusy'),
    )
    .where('deploymentId', '=', deploymentId)
    .executeTakeFirst()

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
export function presenceToPublish(hint: PresenceHint, agent: CurrentAgent | undefined, now: number): AgentPresence {
  if (hint === 'BUSY' || hint === 'OFFLINE') return hint
  if (!agent) return 'OFFLINE'
  if (hint === 'RELEASED') return presenceOf(agent, agent.isBusy, now)
  return agent.isBusy ? 'BUSY' : hint
}
