import type { Context } from '../context/context.js'
import type { Timers } from '../time/timers.js'

/** A context whose connections can be checked. */
export interface HealthContext extends Context {
  /** Every kind of connection to the database that requests and background work go over; each fails while it cannot be used. */
  readonly connections: Readonly<Record<string, { check(): Promise<void> }>>
}

type Condition = 'ok' | 'down'

export interface Readiness {
  readonly ready: boolean
  /** `ok` when every kind of connection is. */
  readonly database: Condition
  /** Each kind of connection to the database by itself. */
  readonly connections: Readonly<Record<string, Condition>>
  /** `wrong`: this machine's clock differs from the database's by more than two seconds. */
  readonly clock: 'ok' | 'wrong'
  /** `down`: the sandbox that this process started has ended, so nothing can be paid. Null where it started none. */
  readonly sandbox: 'ok' | 'down' | null
  readonly draining: boolean
  readonly mode: string
}

const TIMEOUT_MS = 2000

/** Checks whether requests can be served now, over the connections that would serve them. */
export async function readiness(
  context: HealthContext,
  draining: boolean,
  isSandboxUp: (() => boolean) | null,
): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(context.connections).map(
      async ([name, connection]) => [name, await conditionOf(context.timers, connection)] as const,
    ),
  )
  const usable = found.every(([, condition]) => condition === 'ok')
  const clock = context.machineClock.isWrong() ? 'wrong' : 'ok'
  const sandbox = isSandboxUp && (isSandboxUp() ? 'ok' : 'down')
  return {
    ready: usable && clock === 'ok' && sandbox !== 'down' && !draining,
    database: usable ? 'ok' : 'down',
    connections: Object.fromEntries(found),
    clock,
    sandbox,
    draining,
    mode: context.config.mode,
  }
}

function conditionOf(timers: Timers, connection: { check(): Promise<void> }): Promise<Condition> {
  return Promise.race([
    connection.check().then(
      () => 'ok' as const,
      () => 'down' as const,
    ),
    timers.delay(TIMEOUT_MS, { ref: false }).then(() => 'down' as const),
  ])
}
