import type { FeatureKey } from '../catalog-keys.js'
import type { Stackgate } from '../client.js'
import { misuse, StackgateError } from '../errors.js'
import type { StreamState } from '../stream/items.js'
import type { StreamHandle } from '../stream/streams.js'
import type { ClientTimers } from '../timers.js'
import type { Entitlements } from './entitlements.js'
import { reasonOf, type LocalCheck } from './local-check.js'
import { Memory, type Moment } from './memory.js'
import type { Entitlement } from './types.js'
import { FollowEntitlements, ReadEntitlements } from './watch-documents.js'

export interface WatchOptions {
  /** Codes of the features to keep. Default: all of the catalog. */
  readonly features?: readonly FeatureKey[] | undefined
  /** An answer from memory is the server's of a moment at most this long ago, in milliseconds. From 200. Default: 10,000. */
  readonly maxAgeMs?: number | undefined
  /** Decides while the memory is older: the server (`ask`), or a policy. Default: `ask`. */
  readonly whenStale?: 'ask' | 'deny' | 'allow' | undefined
  /** Called for each read that fails. Reads are repeated. */
  readonly onError?: ((error: StackgateError) => void) | undefined
}

/**
 * Checks of one account from memory. A stream brings every change, and a read three times in each `maxAgeMs` proves how old the memory is at
 * most, even if a connection is silently dead.
 */
export interface EntitlementWatch {
  /** Resolves at the first state; rejects when it cannot be had, for example because the account does not exist or `url` is wrong. */
  readonly ready: Promise<void>
  /** Revision of the account in memory. Null before the first state. */
  readonly revision: number | null
  /** Greatest possible age of the memory, in milliseconds. Infinity before the first state. */
  readonly ageMs: number
  /**
   * Checks if the account can use an amount of a feature, without a request while the memory is young enough.
   * @throws StackgateError with the code `CONFIGURATION` if the feature is not among `features`; as `check` while the server is asked
   */
  check(feature: FeatureKey, amount?: number): Promise<LocalCheck>
  /** As `check`, at once. Undefined if the server has to be asked. */
  peek(feature: FeatureKey, amount?: number): LocalCheck | undefined
  /** The entitlement in memory, however old. */
  entitlement(feature: FeatureKey): Entitlement | undefined
  /** Ends the stream and the reads. */
  close(): void
}

interface Sources {
  readonly client: Stackgate
  readonly entitlements: Pick<Entitlements, 'check'>
  readonly timers: ClientTimers
  readonly onClose: () => void
}

const MIN_AGE_MS = 200
const READS_PER_AGE = 3
/** Interval of reads that fail for a reason that lasts, such as a revoked key. */
const FAILED_MS = 15_000

/** True if another server responded. It is asked again nevertheless, as it can be a page of a proxy during a deployment. */
const isWrongAddress = ({ code, status = 500 }: StackgateError): boolean => code === 'BAD_RESPONSE' && status < 500

/** Keeps the entitlements of an account in memory. */
export function watchEntitlements(sources: Sources, accountId: string, options: WatchOptions = {}): EntitlementWatch {
  const { client, entitlements, timers } = sources
  const { features, maxAgeMs = 10_000, whenStale = 'ask', onError } = options
  if (!(maxAgeMs >= MIN_AGE_MS)) throw misuse(`maxAgeMs must be at least ${MIN_AGE_MS}.`)
  const memory = new Memory()
  const wanted = features && new Set(features)
  const variables = { accountId, features: features ? [...features] : null }
  const intervalMs = maxAgeMs / READS_PER_AGE
  const moment = (): Moment => ({ monotonic: performance.now(), wall: timers.now() })
  let timer: unknown
  let stream: StreamHandle | undefined
  let isFollowed = false
  let isClosed = false
  let outcome: { resolve: () => void; reject: (error: unknown) => void } | undefined
  const ready = new Promise<void>((resolve, reject) => (outcome = { resolve, reject }))
  // Rejected without anyone who waits for it.
  ready.catch(() => undefined)

  /** Reads the state, and does not wait for a read that hangs: the next one begins without it. */
  const read = async (): Promise<void> => {
    const sentAt = moment()
    let next = intervalMs
    plan(next)
    try {
      const { account } = await client.request(ReadEntitlements, variables, { account: accountId, timeoutMs: maxAgeMs })
      if (isClosed) return
      if (account === null) throw new StackgateError({ code: 'NOT_FOUND', message: 'Account not found.' })
      memory.replace(sentAt, account.revision, account.usage?.entitlements ?? [])
      outcome?.resolve()
      if (!isFollowed) void follow(account.cursor)
    } catch (error) {
      if (isClosed) return
      const failure =
        error instanceof StackgateError
          ? error
          : new StackgateError({
              code: 'BAD_RESPONSE',
              message: 'The server sent no state of the account.',
              cause: error,
            })
      const isLasting = ['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED', 'INVALID_TOKEN', 'BAD_USER_INPUT'].includes(
        failure.code,
      )
      if (isLasting || isWrongAddress(failure)) outcome?.reject(failure)
      next = Math.max(isLasting ? FAILED_MS : 0, failure.retryAfterMs ?? 0)
      if (next > intervalMs) plan(next)
      onError?.(failure)
    }
  }

  const plan = (milliseconds: number): void => {
    timers.clearTimeout(timer)
    if (!isClosed) timer = timers.setTimeout(() => void read(), milliseconds)
  }

  const follow = async (after: string): Promise<void> => {
    isFollowed = true
    const onState = ({ state }: StreamState): void => {
      // The reads continue alone, and begin another stream.
      if (state === 'ended') isFollowed = false
    }
    const opened = await client
      .follow(FollowEntitlements, variables, {
        account: accountId,
        after,
        onState,
        onItem: (item) => memory.apply(item.entitlements),
        onResync: () => {
          memory.clear()
          return read()
        },
      })
      .catch(() => undefined)
    if (opened === undefined) isFollowed = false
    else if (isClosed) opened.close()
    else stream = opened
  }

  const peek = (feature: FeatureKey, amount = 1): LocalCheck | undefined => {
    if (wanted && !wanted.has(feature)) throw misuse(`The watch does not keep the feature ${feature}.`)
    const ageMs = memory.ageMs(moment())
    if (ageMs <= maxAgeMs) {
      const entitlement = memory.get(feature)
      const reason = reasonOf(entitlement, amount)
      const revision = entitlement?.revision ?? memory.revision
      return {
        allowed: reason === null,
        reason,
        entitlement: entitlement ?? null,
        revision,
        ageMs,
        decidedBy: 'memory',
      }
    }
    if (whenStale === 'ask') return undefined
    const allowed = whenStale === 'allow'
    return { allowed, reason: allowed ? null : 'stale', entitlement: null, revision: null, ageMs, decidedBy: 'policy' }
  }

  const ask = async (feature: FeatureKey, amount: number): Promise<LocalCheck> => {
    const sentAt = moment()
    const { allowed, entitlement, decidedBy } = await entitlements.check({ accountId, feature, amount })
    const now = moment()
    const ageMs = Math.max(0, now.monotonic - sentAt.monotonic, now.wall - sentAt.wall)
    if (decidedBy === 'policy')
      return { allowed, reason: allowed ? null : 'stale', entitlement: null, revision: null, ageMs, decidedBy }
    const reason = allowed ? null : (reasonOf(entitlement ?? undefined, amount) ?? 'not_included')
    return { allowed, reason, entitlement, revision: entitlement?.revision ?? null, ageMs, decidedBy }
  }

  void read()
  return {
    ready,
    get revision() {
      return memory.revision
    },
    get ageMs() {
      return memory.ageMs(moment())
    },
    check: async (feature, amount = 1) => peek(feature, amount) ?? ask(feature, amount),
    peek,
    entitlement: (feature) => memory.get(feature),
    close: () => {
      isClosed = true
      sources.onClose()
      timers.clearTimeout(timer)
      stream?.close()
      outcome?.reject(new StackgateError({ code: 'CLOSED', message: 'The watch was closed.' }))
    },
  }
}
