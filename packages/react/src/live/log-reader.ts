import {
  createIdempotencyKey,
  expectResult,
  StackgateError,
  type Denial,
  type LogStream,
  type Stackgate,
} from '@stackgate/client'
import {
  Command,
  CommandStatus,
  DeploymentCommands,
  EnqueueCommand,
  type CommandData,
} from '@stackgate/client/documents'
import { isAnswer, outcomeOf } from '../mutation.js'
import { cursorIn, liveState } from './account-joins.js'
import type { Join, Joins } from './joins.js'
import { withPage, type LogLines } from './log-lines.js'

/** The application whose log is read, and what is read of it. */
export interface LogSource {
  readonly client: Stackgate
  readonly joins: Joins
  readonly scope: number
  readonly hash: string
  readonly app: string
  readonly container: string | undefined
  readonly streams: readonly LogStream[] | undefined
  readonly limit: number
  readonly maxLines: number
}

/** A reading that did not succeed, with its `status` and `error`. */
export type FailedReading = NonNullable<CommandData['command']>

/** Lines of a log, and the state of the readings. */
export interface LogState extends LogLines {
  readonly isReading: boolean
  readonly isFollowing: boolean
  readonly denial: Denial | null
  readonly error: StackgateError | null
  readonly failure: FailedReading | null
}

const EMPTY: LogState = {
  lines: undefined,
  removedCount: 0,
  isTruncated: false,
  cursor: null,
  isReading: false,
  isFollowing: false,
  denial: null,
  error: null,
  failure: null,
}

/** Statuses that do not change any more. */
const TERMINAL: readonly string[] = ['SUCCEEDED', 'FAILED', 'LOST', 'EXPIRED', 'CANCELED']
/** The agent can read the log again after these. */
const REPEATABLE: readonly string[] = ['LOST', 'EXPIRED']

/** A longer timer would end at once. */
const MAX_WAIT_MS = 86_400_000

let readers = 0

/**
 * Reads the log of an application. Each reading is a command of the agent; the stream of the commands reports its end, also when that
 * happened during an interruption. The next reading continues at the cursor of the one before it.
 */
export class LogReader {
  /** Time between the readings of a log that is followed, in milliseconds. */
  intervalMs = 4_000
  readonly join: Join
  #state = EMPTY
  readonly #source: LogSource
  #listener: (state: LogState) => void = () => undefined
  #end = new AbortController()
  #release: (() => void) | undefined
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Key of the last reading. It is kept until the outcome is known: a lost response causes no second command. */
  #key: string | undefined
  /** Commands that ended during the current reading. Null if events are missing: any command can have ended. */
  #ended: Set<string> | null = new Set()
  #wake: (error?: unknown) => void = () => undefined

  constructor(source: LogSource) {
    const { client, scope, hash, app } = source
    this.#source = source
    this.#end.abort()
    this.join = {
      id: `logs ${scope} ${hash} ${app} ${++readers}`,
      start: ({ signal, onData, onState }) =>
        client.queryThenFollow({
          query: DeploymentCommands,
          queryVariables: { id: hash, first: 1 },
          stream: CommandStatus,
          streamVariables: { deploymentId: hash, apps: [app], types: ['logs'] },
          cursorOf: ({ deployment }) => cursorIn(deployment, 'Deployment'),
          onData: () => {
            this.#ended = null
            onData()
            this.#wake()
          },
          onItem: ({ subject }) => {
            if (subject?.__typename !== 'Command' || !TERMINAL.includes(subject.status)) return
            this.#ended?.add(subject.id)
            this.#wake()
          },
          onState: (state) => {
            onState(liveState(state))
            if (state.state === 'ended') this.#wake(state.error ?? closed())
          },
          signal,
        }),
    }
  }

  get state(): LogState {
    return this.#state
  }

  /** Reports each state to the listener. Returns the function that ends this. */
  open(listener: (state: LogState) => void): () => void {
    const end = new AbortController()
    this.#end = end
    this.#listener = listener
    return () => {
      end.abort()
      this.#wake()
      this.#listener = () => undefined
      this.#release?.()
      this.#release = undefined
      this.#running = undefined
      this.#state = { ...this.#state, isReading: false, isFollowing: false }
      clearTimeout(this.#timer)
    }
  }

  /** Reads now, and again after each interval. */
  follow = (): void => {
    if (this.#state.isFollowing) return
    this.#change({ isFollowing: true, denial: null, error: null, failure: null })
    void this.read()
  }

  /** Ends the following. A reading that has begun still shows its lines. */
  pause = (): void => {
    clearTimeout(this.#timer)
    if (this.#state.isFollowing) this.#change({ isFollowing: false })
  }

  /** Reads the lines after the known ones. During a reading it returns that one. */
  read = (): Promise<void> => {
    if (this.#running) return this.#running
    const { signal } = this.#end
    if (signal.aborted) return Promise.resolve()
    clearTimeout(this.#timer)
    this.#release ??= this.#source.joins.acquire(this.join)
    this.#change({ isReading: true })
    this.#running = this.#readAndSchedule(signal)
    return this.#running
  }

  async #readAndSchedule(signal: AbortSignal): Promise<void> {
    const wait = await this.#readOnce(signal)
    if (signal.aborted) return
    this.#running = undefined
    this.#change({ isReading: false })
    this.#schedule(Math.max(wait, this.intervalMs))
  }

  /** Reads once. Returns the time in milliseconds after which the plan allows another reading. */
  async #readOnce(signal: AbortSignal): Promise<number> {
    try {
      const command = await this.#execute(signal)
      const { typedResult: result, status } = command
      const isRead = result?.__typename === 'LogsResult' && status === 'SUCCEEDED'
      const isEnd = !isRead && !REPEATABLE.includes(status)
      this.#change({
        ...(isRead ? withPage(this.#state, result, this.#source.maxLines) : {}),
        ...(isEnd ? { isFollowing: false } : {}),
        failure: isRead ? null : command,
        denial: null,
        error: null,
      })
    } catch (reason) {
      if (signal.aborted) return 0
      const { denial, error } = outcomeOf(reason)
      if (isAnswer(reason)) this.#key = undefined
      const { retryAfterMs = 0 } = reason as { readonly retryAfterMs?: number }
      const wait = Math.min(retryAfterMs, MAX_WAIT_MS)
      // A log that is followed waits until the plan allows it again.
      if (this.#state.isFollowing && denial?.code === 'RATE_LIMITED') return wait
      this.#change({ denial, error, ...(isAnswer(reason) || error?.code === 'CLOSED' ? { isFollowing: false } : {}) })
      return wait
    }
    return 0
  }

  /** Enqueues the command, and waits for its end. */
  async #execute(signal: AbortSignal): Promise<FailedReading> {
    const { client, joins, hash, app, container, streams, limit } = this.#source
    await joins.ready(this.join)
    signal.throwIfAborted()
    this.#ended = new Set()
    this.#key ??= createIdempotencyKey()
    const { cursor } = this.#state
    const command = { logs: { appCode: app, limit, cursor: cursor ?? undefined, container, streams } }
    const variables = { deploymentId: hash, command, key: this.#key }
    const { id, status } = expectResult((await client.request(EnqueueCommand, variables, { signal })).enqueueCommand)
    if (TERMINAL.includes(status)) this.#ended.add(id)
    const ended = await this.#endOf(id, signal)
    this.#key = undefined
    return ended
  }

  async #endOf(id: string, signal: AbortSignal): Promise<FailedReading> {
    for (;;) {
      const event = new Promise<void>((resolve, reject) => {
        this.#wake = (error) => (error ? reject(error) : resolve())
      })
      event.catch(() => undefined)
      if (this.#ended?.has(id) ?? true) {
        this.#ended ??= new Set()
        const { command } = await this.#source.client.request(Command, { id }, { signal })
        if (!command) throw new StackgateError({ code: 'NOT_FOUND', message: 'Command not found.' })
        if (TERMINAL.includes(command.status)) return command
      }
      await event
      signal.throwIfAborted()
    }
  }

  #schedule(wait: number): void {
    if (!this.#state.isFollowing) return
    this.#timer = setTimeout(() => {
      // A hidden page reads nothing.
      if (document.visibilityState === 'hidden') this.#schedule(wait)
      else void this.read()
    }, wait)
  }

  #change(changes: Partial<LogState>): void {
    this.#state = { ...this.#state, ...changes }
    this.#listener(this.#state)
  }
}

const closed = (): StackgateError => new StackgateError({ code: 'CLOSED', message: 'The stream was closed.' })
