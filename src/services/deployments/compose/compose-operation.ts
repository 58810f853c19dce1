import type { CommandRequest } from '../commands/command-request.js'
import { namedCommand } from '../commands/command-request.js'
import type { Refused } from '#services/kernel/denials/denial.js'

/** Operations that a compose agent supports. */
export type ComposeOperation = 'status' | 'logs' | 'restart' | 'metrics'

export interface ComposeRequest {
  readonly operation: ComposeOperation
  /** Left out for status and metrics: every application. */
  readonly appCode: string | null
  readonly cursor: string | null
  readonly limit: number | null
  readonly force: boolean
}

/** A call of a compose agent. */
export interface ComposeCall {
  readonly method: 'GET' | 'POST'
  /** Below the agent's address. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body?: object
  /** Only read-only operations are retried. */
  readonly retries: number
}

/** Pure: the call that a compose agent understands. */
export function toComposeCall({ operation, appCode, cursor, limit, force }: ComposeRequest): ComposeCall {
  if (operation === 'restart')
    return { method: 'POST', path: 'api/v1/restart', query: {}, body: { app_code: appCode, force }, retries: 0 }
  const query = {
    ...(appCode === null ? {} : { app_code: appCode }),
    ...(operation === 'logs' && cursor !== null ? { cursor } : {}),
    ...(operation === 'logs' ? { limit: String(limit ?? 400) } : {}),
  }
  return { method: 'GET', path: `api/v1/${operation}`, query, retries: 2 }
}

/** Pure: the command that says the same to the deployment's pulling agent. */
export function toPullCommand({ operation, appCode, cursor, limit, force }: ComposeRequest): CommandRequest | Refused {
  switch (operation) {
    case 'status':
      return namedCommand('health', { app_code: appCode, include_metrics: false })
    case 'metrics':
      return namedCommand('health', { app_code: appCode, include_metrics: true })
    case 'logs':
      return namedCommand('logs', { app_code: appCode, cursor, limit })
    case 'restart':
      return namedCommand('restart', { app_code: appCode, force })
  }
}
