import type { TokenProvider } from '@stackgate/client'
import type { ReachableOpenId } from '../config.js'
import type { SignInProblem } from '../sign-in-problem.js'
import { endSessionUrl, isRefused, refresh, revoke, type TokenSet } from './protocol.js'
import { signInInWindow } from './sign-in-window.js'

/** A token is renewed a minute before its end, or when a quarter of its time is left. */
const EARLY_MS = 60_000
const REVOCATION_MS = 2_000

/**
 * Tokens of an identity provider, in memory only. They are renewed with the refresh token, otherwise by signing in again in a window of its
 * own; requests wait for it.
 */
export class OpenIdTokens {
  readonly #openId: ReachableOpenId
  #tokens: TokenSet
  #renewAt = Infinity
  #endsAt = Infinity
  #renewal: Promise<void> | undefined
  #waiting: { readonly resolve: (tokens: TokenSet) => void; readonly reject: (reason: Error) => void } | undefined
  readonly #listeners = new Set<() => void>()

  constructor(openId: ReachableOpenId, tokens: TokenSet) {
    this.#openId = openId
    this.#tokens = tokens
    this.#use(tokens)
  }

  readonly token: TokenProvider = async ({ rejected }) => {
    const now = Date.now()
    if (rejected || now >= this.#endsAt || (this.#tokens.refresh !== null && now >= this.#renewAt)) {
      this.#renewal ??= this.#renew(rejected).finally(() => (this.#renewal = undefined))
      await this.#renewal
    }
    return this.#tokens.access
  }

  /** The provider's ID of the person. */
  get subject(): string {
    return this.#tokens.subject
  }

  /** True if only a visit to the provider renews the tokens, and soon has to: the next change of the page is a good moment. */
  isDue(): boolean {
    return this.#tokens.refresh === null && Date.now() >= this.#renewAt
  }

  /** True while requests wait until the person signs in again. */
  readonly needsPerson = (): boolean => this.#waiting !== undefined

  /** Calls back when `needsPerson` changes. Returns a function that stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Signs the same person in again without leaving the page. Call it for a click: it opens a window. */
  async signInAgain(signal: AbortSignal): Promise<SignInProblem | null> {
    const result = await signInInWindow(this.#openId, signal)
    if ('kind' in result) return result
    if (result.subject !== this.#tokens.subject) return { kind: 'otherPerson' }
    this.#waiting?.resolve(result)
    return null
  }

  /** Forgets the tokens and returns the address that ends the session at the provider. */
  async end(): Promise<URL | null> {
    this.#waiting?.reject(new Error('The session has ended.'))
    const { refresh: token } = this.#tokens
    if (token) await revoke(this.#openId, token, AbortSignal.timeout(REVOCATION_MS))
    return endSessionUrl(this.#openId)
  }

  #use(tokens: TokenSet): void {
    this.#tokens = tokens
    if (tokens.seconds === null) return
    const lifetime = tokens.seconds * 1000
    this.#endsAt = Date.now() + lifetime
    this.#renewAt = this.#endsAt - Math.min(EARLY_MS, lifetime / 4)
  }

  async #renew(rejected: boolean): Promise<void> {
    if (this.#tokens.refresh !== null) {
      try {
        return this.#use(await refresh(this.#openId, this.#tokens))
      } catch (error) {
        if (!isRefused(error)) {
          // The provider is away for a moment: the present token serves until its end.
          if (!rejected && Date.now() < this.#endsAt) return
          throw error
        }
        this.#tokens = { ...this.#tokens, refresh: null }
        if (!rejected && Date.now() < this.#endsAt) return
      }
    }
    this.#use(await this.#personSignsIn())
  }

  #personSignsIn(): Promise<TokenSet> {
    const wait = new Promise<TokenSet>((resolve, reject) => (this.#waiting = { resolve, reject }))
    this.#changed()
    return wait.finally(() => {
      this.#waiting = undefined
      this.#changed()
    })
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
