import type { EndReason, StackgateError, Transport } from '@stackgate/client'
import { isAnswer } from '../mutation.js'

/** State of a live connection. `idle`: no component needs it. `waiting`: interrupted since a time (milliseconds since 1970). */
export type LiveState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  | { readonly status: 'live'; readonly transport: Transport }
  | { readonly status: 'waiting'; readonly since: number }
  | { readonly status: 'ended'; readonly reason: EndReason }

/** Receivers of one join. */
export interface JoinSink {
  readonly signal: AbortSignal
  /** True if this join failed or ended before: queries can have missed changes since then. */
  readonly isAgain: boolean
  /** Names the ID under which other joins ask for the same stream. If one of them is open, it serves this join, too, and the signal aborts. */
  readonly shareAs: (id: string) => void
  /** The state was read: the stream continues behind it. */
  readonly onData: () => void
  readonly onState: (state: LiveState) => void
}

/** A state and the stream that continues it. Joins with the same ID share one stream. */
export interface Join {
  readonly id: string
  /** Reads the state and follows the stream. Rejects if the state cannot be read. */
  start(sink: JoinSink): Promise<{ close(): void }>
}

interface Running {
  users: number
  state: LiveState
  /** True if it was begun before. An entry stays after its last user, so that it reads what it missed when it begins again. */
  isAgain: boolean
  /** Attempts that failed or ended, one after the other. */
  failures: number
  /** Time of `performance.now` from which another attempt can begin. Infinite during an attempt. */
  restartAt: number
  abort?: AbortController | undefined
  ready?: Promise<void>
  timer?: ReturnType<typeof setTimeout>
  retry?: ReturnType<typeof setTimeout>
}

const IDLE: LiveState = { status: 'idle' }
/** A stream outlives its last component for so long: the next page mostly needs it again, and StrictMode mounts twice. */
const LINGER_MS = 2_000
/** A join that failed or ended is begun again after this time at the earliest, which doubles each time. */
const RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000

/** The streams of a page: one for each join, begun by the first component that needs it and ended after the last. */
export class Joins {
  private readonly running = new Map<string, Running>()
  private readonly listeners = new Set<() => void>()
  private summary: LiveState = IDLE

  /** Keeps a join open. Returns a function that releases it. */
  acquire(join: Join): () => void {
    this.entryOf(join.id).users++
    this.ready(join).catch(() => undefined)
    return () => {
      const entry = this.entryOf(join.id)
      entry.users--
      this.linger(entry)
    }
  }

  /**
   * Resolves when the state of a join was read, so that later reads miss no change. Rejects if it cannot be read, and immediately between two
   * attempts.
   */
  ready(join: Join): Promise<void> {
    const entry = this.entryOf(join.id)
    if (entry.restartAt <= performance.now()) this.start(join, entry)
    if (entry.users === 0) this.linger(entry)
    return entry.ready!
  }

  stateOf(id: string): LiveState {
    return this.running.get(id)?.state ?? IDLE
  }

  /** State of all joins together: the worst one. */
  overall = (): LiveState => this.summary

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private entryOf(id: string): Running {
    const known = this.running.get(id)
    if (known) return known
    const entry: Running = { users: 0, state: IDLE, isAgain: false, failures: 0, restartAt: 0 }
    this.running.set(id, entry)
    return entry
  }

  private start(join: Join, entry: Running): void {
    clearTimeout(entry.retry)
    const { isAgain } = entry
    const startedAt = performance.now()
    entry.isAgain = true
    entry.restartAt = Infinity
    entry.abort?.abort()
    const abort = new AbortController()
    entry.abort = abort
    let resolve!: (ready?: Promise<void>) => void
    let reject!: (error: unknown) => void
    entry.ready = new Promise<void>((onData, onError) => {
      resolve = onData
      reject = onError
    })
    entry.ready.catch(() => undefined)
    /** Time in milliseconds until the next attempt. An attempt that lasted longer than `MAX_RETRY_MS` resets the number of failures. */
    const pause = (after = 0): number => {
      if (performance.now() - startedAt > MAX_RETRY_MS) entry.failures = 0
      const wait = after + Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** entry.failures++) * (0.5 + Math.random() / 2)
      entry.restartAt = performance.now() + wait
      return wait
    }
    const onState = (state: LiveState): void => {
      if (entry.abort !== abort) return
      if (state.status === 'ended' && entry.state.status !== 'ended') pause()
      entry.state = state
      this.notify()
    }
    const shareAs = (id: string): void => {
      const other = this.running.get(id) ?? entry
      this.running.set(id, other)
      if (other === entry) return
      this.running.set(join.id, other)
      other.users += entry.users
      this.stop(entry)
      resolve(this.ready(join))
    }
    if (entry.state.status !== 'waiting') onState({ status: 'connecting' })
    join.start({ signal: abort.signal, isAgain, shareAs, onData: () => resolve(), onState }).catch((error: unknown) => {
      reject(error)
      if (entry.abort !== abort) return
      const wait = pause(Object(error).retryAfterMs)
      if (isFinal(error)) return onState(IDLE)
      onState({ status: 'waiting', since: entry.state.status === 'waiting' ? entry.state.since : Date.now() })
      entry.retry = setTimeout(() => this.start(join, entry), wait)
    })
  }

  private linger(entry: Running): void {
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      if (entry.users === 0) this.stop(entry)
    }, LINGER_MS)
  }

  private stop(entry: Running): void {
    clearTimeout(entry.timer)
    clearTimeout(entry.retry)
    const { abort } = entry
    entry.abort = undefined
    entry.restartAt = 0
    entry.state = IDLE
    abort?.abort()
    this.notify()
  }

  private notify(): void {
    const states = [...this.running.values()].map(({ state }) => state)
    this.summary =
      ['ended', 'waiting', 'connecting', 'live'].flatMap((status) =>
        states.filter((state) => state.status === status),
      )[0] ?? IDLE
    for (const listener of this.listeners) listener()
  }
}

/** True if a join that failed would fail again. */
const isFinal = (error: unknown): boolean => {
  const { code } = Object(error) as Partial<StackgateError>
  return code === 'CLOSED' || (isAnswer(error) && code !== 'RATE_LIMITED')
}
