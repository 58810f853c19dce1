import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { RowOf } from '#services/kernel/database/statement.js'
import * as statements from './command-queue.sql.js'
import { LEASE_MARGIN_SECONDS } from './lease-margin.js'
import type { TransitionedCommand } from './transition-commands.js'

/** The agent that claims a command, by the token of its poll. `instance` is null if the agent does not name one. */
export interface Claimant {
  readonly accountId: string
  readonly deploymentId: string
  readonly agentId: string
  readonly tokenHash: string
  readonly instance: string | null
}

/** Result of a claim. `graceMs`: milliseconds for which a replaced token is still accepted; null for the present token. */
export type Claimed =
  | { readonly kind: 'command'; readonly moved: TransitionedCommand }
  | { readonly kind: 'empty'; readonly graceMs: number | null }
  /** The token is no longer accepted. */
  | { readonly kind: 'refused' }
  /** The deployment is stopped, so no command is handed out. */
  | { readonly kind: 'stopped' }

/** Claims one command for each claimant, in their order. No deployment may be named twice. */
export async function claimCommands(database: Sql, claims: readonly Claimant[]): Promise<Claimed[]> {
  const eventIds = claims.map(() => database.newId('evt'))
  const rows = await database.rows(statements.claimCommands, {
    deploymentIds: claims.map(({ deploymentId }) => deploymentId),
    agentIds: claims.map(({ agentId }) => agentId),
    tokenHashes: claims.map(({ tokenHash }) => tokenHash),
    instances: claims.map(({ instance }) => instance),
    eventIds,
    leaseMarginSeconds: LEASE_MARGIN_SECONDS,
  })
  const byEvent = new Map(rows.map((row) => [row.claimEventId, row]))
  return eventIds.map((eventId) => toClaimed(byEvent.get(eventId)!))
}

function toClaimed({
  sequence,
  at,
  claimEventId,
  isProven,
  isStopped,
  graceMs,
  ...rest
}: RowOf<typeof statements.claimCommands>): Claimed {
  if (!isProven) return { kind: 'refused' }
  const { eventId, ...command } = rest
  if (eventId === null) return isStopped ? { kind: 'stopped' } : { kind: 'empty', graceMs }
  const event: StreamEventRow = {
    streamId: command.deploymentId,
    sequence,
    id: claimEventId,
    accountId: command.accountId,
    type: 'command.leased',
    summary: `${command.type} was delivered to the agent.`,
    subjectType: 'Command',
    subjectId: command.id,
    changesEntitlements: false,
    data: { status: 'LEASED', previousStatus: 'QUEUED', detail: null },
    at,
    recordedAt: at,
  }
  return { kind: 'command', moved: { command, events: [event] } }
}
