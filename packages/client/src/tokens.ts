import { NetworkError, StackgateError } from './errors.js'

/** Reason why the client needs a token. */
export interface TokenRequest {
  /** True if the server has just rejected the previous token: get a new one instead of a stored one. */
  readonly rejected: boolean
}

/** Returns the token of the signed-in user, or null for an anonymous caller. Called for each request and each connection. */
export type TokenProvider = (request: TokenRequest) => string | null | Promise<string | null>

/** The tokens of one client. Requests whose token is rejected at the same time share one renewal. */
export class Tokens {
  readonly #source: string | null | TokenProvider | undefined
  readonly #onSignedOut: ((error: StackgateError) => void) | undefined
  #renewal: { readonly rejected: string; readonly token: Promise<string | null> } | undefined
  #signedOut: string | undefined

  constructor(
    source: string | null | TokenProvider | undefined,
    onSignedOut: ((error: StackgateError) => void) | undefined,
  ) {
    this.#source = source
    this.#onSignedOut = onSignedOut
  }

  async current(): Promise<string | null> {
    return this.#ask(false)
  }

  /** A token other than the rejected one. Undefined if there is none: then the user is signed out. */
  async renew(rejected: string | null, error: StackgateError): Promise<string | undefined> {
    if (rejected === null) return undefined
    // Kept: a response to a request that was sent with the rejected token can arrive later.
    if (this.#renewal?.rejected !== rejected) this.#renewal = { rejected, token: this.#ask(true) }
    const renewal = this.#renewal
    const renewed = await renewal.token.catch((reason: unknown) => {
      if (this.#renewal === renewal) this.#renewal = undefined
      throw reason
    })
    if (renewed !== null && renewed !== rejected) return renewed
    this.#renewal = undefined
    this.reportSignedOut(rejected, error)
    return undefined
  }

  /** Reports the end of a session once for each token. */
  reportSignedOut(rejected: string | null, error: StackgateError): void {
    if (rejected === null || rejected === this.#signedOut) return
    this.#signedOut = rejected
    this.#onSignedOut?.(error)
  }

  async #ask(rejected: boolean): Promise<string | null> {
    const source = this.#source
    if (typeof source !== 'function') return source ?? null
    try {
      return (await source({ rejected })) ?? null
    } catch (cause) {
      throw cause instanceof StackgateError ? cause : new NetworkError('The token could not be obtained.', cause)
    }
  }
}
