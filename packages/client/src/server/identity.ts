import { StackgateError } from '../errors.js'
import { textId } from '../text-id.js'

/** The customer of a request, as the application knows it. */
export interface Identity {
  /** Your ID of the customer. Without a text there is no customer: the request is refused with 401. */
  readonly customer: string
  /** Stored as the name of the account when its first session begins. */
  readonly name?: string | undefined
  /** Stored as its billing address then. */
  readonly email?: string | undefined
}

/** The customer of a request. Null without a session of the application. */
export type Identify<Incoming> = (request: Incoming) => Promise<Identity | null> | Identity | null

/** Functions that say who sent a request. */
export interface IdentifyOptions<Incoming> {
  readonly identify: Identify<Incoming>
  /** Receives what `identify` throws. The response is a plain 500. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Response to a request that no customer sent, or whose customer is unknown. */
export interface Rejection {
  readonly status: 401 | 500
  readonly code: 'UNAUTHENTICATED' | 'INTERNAL'
  readonly message: string
}

/** Returns the sender of a request: a customer, a visitor (null), or a rejection. Each entry of this package calls this function. */
export async function whoSent<Incoming>(
  { identify, onError = logError }: IdentifyOptions<Incoming>,
  request: Incoming,
): Promise<{ readonly identity: Identity | null } | { readonly rejection: Rejection }> {
  let found: Identity | null | undefined
  try {
    found = await identify(request)
  } catch (error) {
    onError(error)
    const message = 'The customer of the request could not be determined.'
    return { rejection: { status: 500, code: 'INTERNAL', message } }
  }
  if (found === null || found === undefined) return { identity: null }
  try {
    return { identity: { ...found, customer: textId(found.customer, 'customer') } }
  } catch (error) {
    return { rejection: unauthenticated((error as StackgateError).message) }
  }
}

export const unauthenticated = (message: string): Rejection => ({ status: 401, code: 'UNAUTHENTICATED', message })

/** True if the server refuses the ID of a customer, for example `undefined`. */
export const isRefusedId = (error: unknown): boolean =>
  error instanceof StackgateError && error.code === 'BAD_USER_INPUT'

const logError = (error: unknown): void => console.error('stackgate: identify failed.', error)
