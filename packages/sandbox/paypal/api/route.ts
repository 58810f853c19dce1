import type { SandboxState } from '#sandbox-state.js'
import type { PayPalError } from './paypal-error.js'

/** A call of a route: the ids in its path, its JSON body, its query. */
export interface PayPalCall {
  ids: Record<string, string>
  body: Record<string, unknown>
  query: Record<string, string>
  /** The body as it came, for the one route that needs its exact bytes. */
  rawBody: string
  /** The value of `PayPal-Request-Id`. */
  requestId: string | null
  /** True if the caller wants whole objects (`Prefer: return=representation`). */
  isWhole: boolean
  /** The same, said by the caller: lists are short unless it is. */
  isFullRequested: boolean
}

/** Result of a rule: an object, or no content (204). */
export interface PayPalAnswer {
  status: number
  body?: object
  /** Body for a caller that does not request the full representation. Default: the same body. */
  minimal?: object
}

/** Route of PayPal's API: path and handler. */
export interface PayPalRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/paypal`, with ids as `:id`. */
  path: string
  /**
   * Milliseconds of business time in which a repeated `PayPal-Request-Id` gets the same response. 0 if the route
   * ignores the header.
   */
  remembers: number
  /** An error that is returned, not thrown, keeps the changes before it. */
  run: (world: SandboxState, call: PayPalCall) => PayPalAnswer | PayPalError
  /** Current state of the object, returned to a repeated request. */
  again?: (world: SandboxState, id: string) => PayPalAnswer
  /** Status of a repeated response. Default: 200. */
  repeats?: number
}

const HOUR = 60 * 60 * 1000

/** Time for which PayPal documents to store request IDs. */
export const REMEMBERED = { orders: 6 * HOUR, subscriptions: 72 * HOUR, payments: 45 * 24 * HOUR }

/** Declares a route. */
export function route(
  method: PayPalRoute['method'],
  path: string,
  run: PayPalRoute['run'],
  more: Partial<Pick<PayPalRoute, 'remembers' | 'again' | 'repeats'>> = {},
): PayPalRoute {
  return { method, path, run, remembers: 0, ...more }
}
