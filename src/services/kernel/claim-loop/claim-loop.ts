import type { Context } from '../context/context.js'
import type { Random } from '../random/random.js'
import { isUnavailable } from '../errors/app-error.js'

/**
 * Worker loop for queue tables (inbox, outbox, scheduled jobs): claims rows with SKIP LOCKED under a lease, renews the
 * lease while working, and completes only with the lease token. Rows of a killed process become available when the
 * lease ends.
 */
export interface ClaimLoop {
  /** True if no work is in progress and the last poll found nothing. */
  readonly idle: boolean
  /** Polls now instead of at the next interval. */
  wake(): void
  /** Stops claiming and waits for running work. */
  stop(): Promise<void>
}

export interface ClaimLoopOptions<Row> {
  /** Also the topic that is announced when rows are added. */
  readonly name: string
  readonly context: Pick<Context, 'log' | 'notifier' | 'random' | 'timers'>
  /** Claims up to `limit` rows under `token` and skips rows that other processes have claimed. */
  claim(token: string, leaseSeconds: number, limit: number): Promise<Row[]>
  /** Prolongs every lease held under `token`. */
  renew(token: string, leaseSeconds: number): Promise<void>
  /** Does the work and records its outcome, in one transaction fenced by `token`. It must not throw for expected failures. */
  work(row: Row, token: string): Promise<void>
  /** Returns true if this process may claim rows now. Default: always. */
  mayClaim?(): boolean
  readonly concurrency?: number
  /** Time after which rows of a killed process become available. Leases are renewed three times within it. */
  readonly leaseSeconds?: number
  /** Closes what the work needs, after the last of it. */
  close?(): Promise<unknown> | void
}

export const LEASE_SECONDS = 30
const POLL_MS = 1000
/** After as many polls that found nothing, only each fifth one is carried out: a notification reports new rows, and a poll those whose time has come. */
const POLLS_UNTIL_QUIET = 10
const QUIET_POLLS = 5

export function startClaimLoop<Row>(options: ClaimLoopOptions<Row>): ClaimLoop {
  const { log, notifier, random, timers } = options.context
  const concurrency = options.concurrency ?? 8
  const leaseSeconds = options.leaseSeconds ?? LEASE_SECONDS
  // Number of rows in progress per token. Each claim has its own token, so that a late completion is rejected even
  // after a second attempt of the same process.
  const held = new Map<string, number>()
  let running = 0
  let looking = false
  let pollAgain = false
  let stopped = false
  let completed = false
  let emptyPolls = 0
  let markStopped: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (markStopped = resolve))

  const look = async (): Promise<void> => {
    if (stopped || options.mayClaim?.() === false) return
    if (looking || running >= concurrency) {
      pollAgain = true
      return
    }
    looking = true
    completed = false
    try {
      const token = random.uuid()
      const rows = await options.claim(token, leaseSeconds, concurrency - running)
      for (const row of rows) start(row, token)
      completed = rows.length === 0
      emptyPolls = completed ? emptyPolls + 1 : 0
    } catch (error) {
      log.warn({ err: error, loop: options.name }, 'claim failed, retrying at the next poll')
    } finally {
      looking = false
      finishStopping()
    }
    if (pollAgain) {
      pollAgain = false
      void look()
    }
  }
  const start = (row: Row, token: string): void => {
    running++
    held.set(token, (held.get(token) ?? 0) + 1)
    options
      .work(row, token)
      .catch((error: unknown) => log.error({ err: error, loop: options.name }, 'work failed, waiting for lease expiry'))
      .finally(() => {
        running--
        release(token)
        finishStopping()
        void look()
      })
  }
  const release = (token: string) => {
    const left = held.get(token)! - 1
    if (left) held.set(token, left)
    else held.delete(token)
  }
  const finishStopping = () => {
    if (!stopped || running > 0 || looking) return
    timers.clearInterval(renewal)
    markStopped()
  }
  const renew = (token: string) =>
    options
      .renew(token, leaseSeconds)
      .catch((error: unknown) => log.warn({ err: error, loop: options.name }, 'lease not renewed'))

  let polls = 0
  const poll = timers.setInterval(() => {
    if (emptyPolls < POLLS_UNTIL_QUIET || ++polls % QUIET_POLLS === 0) void look()
  }, POLL_MS)
  const renewal = timers.setInterval(
    () => [...held.keys()].forEach((token) => void renew(token)),
    (leaseSeconds * 1000) / 3,
  )
  const unsubscribe = notifier.subscribe(options.name, () => void look())
  void look()

  return {
    get idle() {
      return completed && running === 0 && !looking && !pollAgain
    },
    wake: () => void look(),
    stop: async () => {
      stopped = true
      timers.clearInterval(poll)
      unsubscribe()
      finishStopping()
      await ended
      await options.close?.()
    },
  }
}

/** Seconds until the next attempt: doubling from two seconds, a little early or late so that failures do not march in step. */
export function backoffSeconds(random: Random, attempts: number, limit = 1800): number {
  return Math.min(limit, 2 ** Math.min(attempts, 20)) * (0.85 + random.next() * 0.3)
}

/** Time within which waiting rows are retried after another service has recovered. */
const UNAVAILABLE_RETRY_SECONDS = 20

/** Seconds until the next attempt after an error: what failed because another service did not respond never waits long. */
export const retrySeconds = (random: Random, error: unknown, attempts: number): number =>
  isUnavailable(error) ? backoffSeconds(random, attempts, UNAVAILABLE_RETRY_SECONDS) : backoffSeconds(random, attempts)
