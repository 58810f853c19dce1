import { AppError } from '../errors/app-error.js'

/** Number of connections of a process by purpose. */
export interface ConnectionShares {
  readonly general: number
  readonly agents: number
  readonly entitlements: number
}

/** With fewer, work that needs two connections at a time could block itself. */
export const FEWEST_CONNECTIONS = 8
const USUAL = 30
/** The connection that listens for notifications. */
const LISTENING = 1
/** Left free for an operator who examines the database. */
const SPARE = 2

/**
 * Divides the connections of a process. `wanted` null: the default number, at most the server's available connections.
 */
export function divideConnections(wanted: number | null, room: number): ConnectionShares {
  if (wanted !== null && wanted > room)
    refuse(`DATABASE_CONNECTIONS: ${wanted} exceeds the ${room} connections that the database allows`)
  const total = wanted ?? Math.min(USUAL, room - SPARE)
  if (total < FEWEST_CONNECTIONS)
    refuse(
      `DATABASE_URL: the database allows ${room} connections, but a process requires at least ${FEWEST_CONNECTIONS + SPARE}: raise max_connections, or the limit of the role or the database`,
    )
  const agents = Math.min(6, Math.max(2, Math.floor(total / 5)))
  const entitlements = total >= 12 ? 3 : 2
  return { agents, entitlements, general: total - agents - entitlements - LISTENING }
}

function refuse(problem: string): never {
  throw new AppError('CONFIGURATION', problem)
}
