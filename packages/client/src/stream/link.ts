import { NetworkError, type StackgateError } from '../errors.js'
import { backoff, type ClientTimers } from '../timers.js'
import type { Tokens } from '../tokens.js'
import type { PageEvent, PageEvents } from './page-events.js'
import type { EndKind, EndReason, Session, SessionEnd } from './session.js'
import type { Transports } from './transports.js'

/** A subscription that uses a connection. */
export interface LinkedStream {
  /** A connection is open: subscribe. */
  connected(session: Session): void
  /** The connection was lost; another one follows. */
  disconnected(error: StackgateError): void
  /** No connection follows. */
  ended(reason: EndReason, error: StackgateError): void
}

export interface LinkOptions {
  readonly transports: Transports
  readonly tokens: Tokens
  readonly timers: ClientTimers
  readonly page: PageEvents
  /** Finds out why connections fail, which a WebSocket does not say. */
  readonly diagnose: (error: StackgateError) => Promise<StackgateError>
}

const TOKEN_LIMIT_MS = 10_000
/** The cause is looked for at each third connection that fails, until one was open. */
const DIAGNOSE_AFTER = 3
const BASE_MS = 250
const MAX_MS = 15_000
/** A connection that stood for this long was a success: the next interruption starts with a short wait. */
const STABLE_MS = 5_000
const RESTART_MS = 2_000
const BUSY_MS = 10_000
/** Two tokens that end within this time mean that the user is signed out. */
const TOKEN_MS = 10_000
const HIDDEN_MS = 300_000
const WATCH_MS = 5_000
/** A timer that is this late means that the machine slept. One that is this early means that its clock was set back: silence is noticed by it. */
const LATE_MS = 5_000
const PING_AFTER_MS = 12_000
const PONG_MS = 8_000
const PROBE_MS = 3_000
/** Without pings: the server sends a comment every 12 seconds, and as long a delay as that of a pong is allowed. */
const SILENCE_MS = PING_AFTER_MS + PONG_MS
/** A shared connection outlives its last stream for so long: the next page mostly opens others. */
const LINGER_MS = 5_000

/** A connection that is opened again whenever it is lost, for as long as streams use it. */
export class Link {
  readonly #options: LinkOptions
  readonly #streams = new Set<LinkedStream>()
  #session: Session | undefined
  #state: 'idle' | 'connecting' | 'open' | 'lingering' | 'waiting' | 'asleep' = 'idle'
  /** Increases with each connection, so that late callbacks of an earlier one are ignored. */
  #generation = 0
  #attempt = 0
  #diagnosis: StackgateError | undefined
  #openedAt = 0
  /** True if the server has sent something. */
  #hasWorked = false
  #notBefore = 0
  #tokenEndedAt = -Infinity
  #token: string | null = null
  #pongBy = Infinity
  #lingersUntil = 0
  #error: StackgateError = new NetworkError('Not connected.')
  #timer: unknown
  #watchTimer: unknown
  #hiddenTimer: unknown
  #unwatch: (() => void) | undefined

  constructor(options: LinkOptions) {
    this.#options = options
  }

  add(stream: LinkedStream): void {
    this.#streams.add(stream)
    if (this.#state === 'open') stream.connected(this.#session!)
    else if (this.#state === 'idle' || this.#state === 'lingering') {
      this.#unwatch ??= this.#options.page.watch((event) => this.#onPage(event))
      if (this.#options.page.isHidden()) this.#onPage('hidden')
      void this.#connect()
    } else if (this.#state !== 'connecting') stream.disconnected(this.#error)
  }

  /** Removes a stream. The connection of the last one is closed after five seconds. */
  delete(stream: LinkedStream): void {
    if (!this.#streams.delete(stream) || this.#streams.size > 0) return
    if (this.#state === 'open') this.#linger()
    else this.#stop()
  }

  /** Ends all streams. */
  endAll(reason: EndReason, error: StackgateError): void {
    const ended = [...this.#streams]
    this.#streams.clear()
    this.#stop()
    for (const stream of ended) stream.ended(reason, error)
  }

  /** The token was rejected within a subscription. */
  rejectToken(error: StackgateError): void {
    this.#drop()
    this.#onEnd({ kind: 'token', error })
  }

  /** Reconnects at once: something is wrong with the connection. */
  #reconnect(message: string): void {
    this.#drop()
    this.#wait(0, new NetworkError(message))
  }

  #fallSilent(): void {
    this.#options.transports.lost(true)
    this.#reconnect('The server stayed silent.')
  }

  async #connect(): Promise<void> {
    const { timers, tokens, transports } = this.#options
    timers.clearTimeout(this.#timer)
    if (this.#session && timers.now() > this.#lingersUntil) this.#drop()
    const lingering = this.#session
    this.#state = 'connecting'
    const generation = lingering ? this.#generation : ++this.#generation
    const isCurrent = (): boolean => generation === this.#generation
    const limit = (kind: EndKind, milliseconds: number): void => {
      timers.clearTimeout(this.#timer)
      this.#timer = timers.setTimeout(() => this.#lose(kind, `No connection within ${milliseconds} ms.`), milliseconds)
    }
    limit('unready', TOKEN_LIMIT_MS)
    let kind: EndKind = 'unready'
    try {
      const token = await tokens.current()
      if (!isCurrent()) return
      if (lingering && Object.is(token, this.#token)) return this.#onOpen()
      if (lingering) {
        // Another user has signed in.
        this.#drop()
        return void this.#connect()
      }
      this.#token = token
      kind = 'lost'
      const open = await transports.opener()
      if (!isCurrent()) return
      limit('silent', transports.limitMs)
      this.#session = open(token, {
        open: () => {
          if (isCurrent()) this.#onOpen()
        },
        worked: () => {
          if (!isCurrent()) return
          this.#hasWorked = true
          this.#diagnosis = undefined
          transports.worked()
        },
        end: (end) => {
          if (!isCurrent()) return
          this.#session = undefined
          this.#drop()
          this.#onEnd(end)
        },
      })
    } catch (cause) {
      if (isCurrent()) this.#lose(kind, 'The connection could not be opened.', cause)
    }
  }

  #lose(kind: EndKind, message: string, cause?: unknown): void {
    this.#drop()
    this.#onEnd({ kind, error: new NetworkError(message, cause) })
  }

  #onOpen(): void {
    const { timers } = this.#options
    timers.clearTimeout(this.#timer)
    this.#state = 'open'
    this.#openedAt = timers.now()
    this.#pongBy = Infinity
    this.#watch()
    const session = this.#session
    for (const stream of Array.from(this.#streams)) if (session === this.#session) stream.connected(session!)
  }

  #linger(): void {
    const { timers } = this.#options
    this.#state = 'lingering'
    this.#lingersUntil = timers.now() + LINGER_MS
    timers.clearTimeout(this.#watchTimer)
    timers.clearTimeout(this.#hiddenTimer)
    this.#timer = timers.setTimeout(() => this.#stop(), LINGER_MS)
  }

  /** Closes the connection, if there is one, and ignores what comes from it. */
  #drop(): void {
    const { timers } = this.#options
    this.#generation++
    if (this.#state === 'open' && timers.now() - this.#openedAt >= STABLE_MS) this.#attempt = 0
    this.#state = 'waiting'
    timers.clearTimeout(this.#timer)
    timers.clearTimeout(this.#watchTimer)
    this.#session?.close()
    this.#session = undefined
  }

  #onEnd({ kind, error }: SessionEnd): void {
    const { timers } = this.#options
    if (this.#streams.size === 0) return this.#stop()
    if (kind === 'fatal') return this.endAll('refused', error)
    if (kind === 'token') return void this.#onTokenEnd(error)
    if (kind === 'restart') return this.#wait(backoff(timers, 0, RESTART_MS, RESTART_MS), error)
    const isNext = (kind === 'lost' || kind === 'silent') && this.#options.transports.lost(kind === 'silent')
    const pause = isNext ? 0 : backoff(timers, this.#attempt++, BASE_MS, MAX_MS)
    if (!isNext && !this.#hasWorked && this.#attempt % DIAGNOSE_AFTER === 0) void this.#diagnose(error)
    const least = error.retryAfterMs ?? (kind === 'busy' ? BUSY_MS : 0)
    if (least > 0) this.#notBefore = timers.now() + least
    return this.#wait(least + pause, error)
  }

  async #onTokenEnd(error: StackgateError): Promise<void> {
    const { timers, tokens } = this.#options
    const generation = this.#generation
    const token = this.#token
    const isRepeated = timers.now() - this.#tokenEndedAt < TOKEN_MS
    this.#tokenEndedAt = timers.now()
    if (token === null) return this.endAll('refused', error)
    this.#inform(error)
    if (isRepeated) tokens.reportSignedOut(token, error)
    const renewed = isRepeated ? undefined : await this.#renew(token, error)
    if (generation !== this.#generation) return undefined
    if (renewed instanceof NetworkError) return this.#onEnd({ kind: 'unready', error: renewed })
    if (renewed === undefined) return this.endAll('signed-out', error)
    return void this.#connect()
  }

  #renew(token: string, error: StackgateError): Promise<string | NetworkError | undefined> {
    return this.#options.tokens
      .renew(token, error)
      .catch((cause: unknown) => new NetworkError('The token could not be obtained.', cause))
  }

  #wait(milliseconds: number, error: StackgateError): void {
    const { timers } = this.#options
    this.#state = 'waiting'
    this.#inform(error)
    // A stream can end when it is informed.
    if (this.#streams.size > 0) this.#timer = timers.setTimeout(() => void this.#connect(), milliseconds)
  }

  #inform(error: StackgateError): void {
    this.#error = this.#diagnosis ?? error
    for (const stream of Array.from(this.#streams)) stream.disconnected(this.#error)
  }

  /** Connections are tried further on: the address can be right later, for example after a deployment. */
  async #diagnose(error: StackgateError): Promise<void> {
    const found = await this.#options.diagnose(error)
    // The error already has the reason, or a connection was opened while it was looked for.
    if (found === error || this.#hasWorked) return
    this.#diagnosis = found
    this.#inform(found)
  }

  /** Finds connections that are open and dead. */
  #watch(): void {
    const { timers, page } = this.#options
    const due = timers.now() + WATCH_MS
    this.#watchTimer = timers.setTimeout(() => {
      const now = timers.now()
      const session = this.#session!
      // Browsers delay the timers of hidden pages.
      if ((page.isHidden() ? due - now : Math.abs(now - due)) > LATE_MS) return this.#reconnect('The machine slept.')
      if (session.heardAt >= this.#pongBy - PONG_MS) this.#pongBy = Infinity
      const isSilent = session.ping ? now >= this.#pongBy : now - session.heardAt > SILENCE_MS
      if (isSilent) return this.#fallSilent()
      if (session.ping && this.#pongBy === Infinity && now - session.heardAt >= PING_AFTER_MS) this.#ping(PONG_MS)
      return this.#watch()
    }, WATCH_MS)
  }

  #ping(limitMs: number): void {
    this.#pongBy = this.#options.timers.now() + limitMs
    this.#session?.ping?.()
  }

  #onPage(event: PageEvent): void {
    const { timers } = this.#options
    timers.clearTimeout(this.#hiddenTimer)
    if (this.#streams.size === 0) return
    if (event === 'hidden') {
      this.#hiddenTimer = timers.setTimeout(() => this.#sleep(), HIDDEN_MS)
    } else if (this.#state === 'asleep' || (this.#state === 'waiting' && timers.now() >= this.#notBefore)) {
      this.#attempt = 0
      void this.#connect()
    } else if (this.#state === 'open') this.#probe()
  }

  /** Closes the connection of a hidden page. */
  #sleep(): void {
    if (!this.#options.page.isHidden()) return
    this.#drop()
    this.#inform(new NetworkError('The page is hidden.'))
    this.#state = 'asleep'
  }

  /** Reconnects soon if the server does not respond. */
  #probe(): void {
    const { timers } = this.#options
    const session = this.#session
    const generation = this.#generation
    const since = timers.now()
    if (!session?.ping) {
      if (session && since - session.heardAt > SILENCE_MS) this.#fallSilent()
      return
    }
    session.ping()
    timers.setTimeout(() => {
      if (generation === this.#generation && session.heardAt < since) this.#fallSilent()
    }, PROBE_MS)
  }

  #stop(): void {
    this.#drop()
    this.#state = 'idle'
    this.#attempt = 0
    this.#options.timers.clearTimeout(this.#hiddenTimer)
    this.#unwatch?.()
    this.#unwatch = undefined
  }
}
