import type { Http } from '../http.js'
import type { ClientTimers } from '../timers.js'
import type { OpenSession } from './session.js'

/** Way by which the events of a stream arrive. `poll`: requests that end at the next event, or after ten seconds. */
export type Transport = 'websocket' | 'sse' | 'poll'

export interface TransportOptions {
  /** Transports in the order in which they are tried. */
  readonly order: readonly Transport[]
  readonly openSockets: OpenSession | undefined
  readonly http: Http
  readonly account: string | undefined
  readonly timers: ClientTimers
  /** Address that names the stored transport. */
  readonly url: string
}

const CONNECT_MS = 10_000
/** Time for a WebSocket to be acknowledged if another transport can take its place. */
const ACKNOWLEDGE_MS = 5_000
const FIRST_BYTE_MS = 3_000
const FAILURES = 2
/** A network can get better: after this time the first transport is tried again. */
const REMEMBER_MS = 3_600_000

/**
 * The transports of a client. A proxy that passes no WebSockets makes it use Server-Sent Events, and one that holds responses back makes it
 * poll. What worked is used for an hour, by the next pages of a browser tab as well.
 */
export class Transports {
  readonly #options: TransportOptions
  #index = 0
  #failures = 0
  /** True if the present connection has received something. */
  #isOpen = false
  /** True if a connection of the present transport has. */
  #hasWorked = false
  #until = Infinity

  constructor(options: TransportOptions) {
    this.#options = options
    const [name = '', until] = (storage()?.getItem(this.#key) ?? '').split(' ')
    if (Number(until) > options.timers.now()) {
      this.#index = Math.max(0, options.order.indexOf(name as Transport))
      this.#until = Number(until)
    }
  }

  /** The transport of the present or next connection. */
  get current(): Transport {
    return this.#options.order[this.#index]!
  }

  /** Time in which a connection must be open. */
  get limitMs(): number {
    return this.current === 'websocket' && this.#options.order.length > 1 ? ACKNOWLEDGE_MS : CONNECT_MS
  }

  /** Returns what opens the next connection. */
  async opener(): Promise<OpenSession> {
    const { openSockets, http, account, timers, order } = this.#options
    if (timers.now() > this.#until) this.#use(0)
    this.#isOpen = false
    if (this.current === 'websocket') return openSockets!
    const isPoll = this.current === 'poll'
    const { openEventSources } = await import('./event-source-session.js')
    return openEventSources({
      http,
      account,
      timers,
      isPoll,
      isAlone: order.length === 1,
      firstByteMs: isPoll || order.length === 1 ? undefined : FIRST_BYTE_MS,
    })
  }

  /** The present connection has received something from the server. */
  worked(): void {
    this.#isOpen = true
    this.#failures = 0
    if (this.#hasWorked) return
    this.#hasWorked = true
    if (this.#index === 0) return storage()?.removeItem(this.#key)
    this.#until = this.#options.timers.now() + REMEMBER_MS
    storage()?.setItem(this.#key, `${this.current} ${this.#until}`)
  }

  /**
   * The present connection was lost, or nothing arrived in time. Returns true if another transport is to be tried at once. A server that
   * cannot be reached leads back to the first one.
   */
  lost(isSilent: boolean): boolean {
    const { length } = this.#options.order
    if (length === 1) return false
    if (this.current === 'websocket') {
      if (this.#isOpen) return false
      this.#failures += isSilent ? FAILURES : 1
      return this.#failures >= FAILURES && this.#use(1)
    }
    if (isSilent && this.#index < length - 1) return this.#use(this.#index + 1)
    if (isSilent || !this.#hasWorked) this.#use(0)
    return false
  }

  #use(index: number): true {
    this.#index = index
    this.#failures = 0
    this.#hasWorked = false
    this.#until = Infinity
    return true
  }

  get #key(): string {
    return `stackgate.transport ${this.#options.url}`
  }
}

/** The memory of a browser tab. Undefined outside of browsers, and where the browser denies it. */
function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined {
  try {
    return (globalThis as { sessionStorage?: Storage }).sessionStorage
  } catch {
    return undefined
  }
}
