import type { OpsContext } from '../ops-context.js'

export interface Readiness {
  readonly ready: boolean
  readonly database: 'ok' | 'down'
  /** `wrong`: this machine's clock differs from the database's by more than two seconds. */
  readonly clock: 'ok' | 'wrong'
  readonly draining: boolean
  readonly mode: string
}

const TIMEOUT_MS = 2000

/** Whether requests can be served now. */
export async function readiness(context: OpsContext, draining: boolean): Promise<Readiness> {
  const answered = await Promise.race([
    context.database.row(`select 1 as one`).then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), TIMEOUT_MS).unref()),
  ])
  const clock = context.machineClock.isWrong() ? 'wrong' : 'ok'
  return {
    ready: answered && clock === 'ok' && !draining,
    database: answered ? 'ok' : 'down',
    clock,
    draining,
    mode: context.config.mode,
  }
}
