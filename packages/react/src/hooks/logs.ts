import type { Denial, LogStream, StackgateError } from '@stackgate/client'
import { startTransition, useEffect, useMemo, useState } from 'react'
import type { LogLine } from '../live/log-lines.js'
import { LogReader, type FailedReading } from '../live/log-reader.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useJoinState, type QueryResult } from '../query.js'
import { useEntitlement } from './entitlements.js'

export type { LogLine } from '../live/log-lines.js'
export type { FailedReading } from '../live/log-reader.js'

/** Options of `useLogs`. */
export interface LogsOptions {
  /** Account of the deployment, whose plan limits the readings. Default: that of the provider. */
  readonly accountId?: string | undefined
  /** Name of the container. Default: that of the application. */
  readonly container?: string | undefined
  /** Default: both. */
  readonly streams?: readonly LogStream[] | undefined
  /** False: reads nothing until `follow` or `refetch` is called. Default: true. */
  readonly follow?: boolean | undefined
  /** Lines of one reading, 1–1000. Default: 200. */
  readonly limit?: number | undefined
  /** Lines that are kept. Default: 2,000. */
  readonly maxLines?: number | undefined
}

/** Lines of a log, oldest first in `data`. */
export interface LogsResult extends QueryResult<readonly LogLine[]> {
  /** Refusal of the last reading, for example of a deployment that was stopped. Null if there is none. */
  readonly denial: Denial | null
  /** Failure of the last request. A log that is followed tries again. Null if there is none. */
  readonly error: StackgateError | null
  /** The last reading if the agent could not execute it: its `status` and `error`. Null if it could. */
  readonly failure: FailedReading | null
  /** True while the agent reads. */
  readonly isReading: boolean
  readonly isFollowing: boolean
  /** Number of lines that were removed before the first one: `removedCount + index` is the key of a line. */
  readonly removedCount: number
  /** True if there are lines before the first one that are not in `data`. */
  readonly isTruncated: boolean
  /** Time between two readings, in milliseconds: at least 4 seconds, and as the plan allows. */
  readonly intervalMs: number
  /** Reads again and again. */
  readonly follow: () => void
  /** Ends the following. */
  readonly pause: () => void
}

const LIMIT = 200
const MAX_LINES = 2_000
const FASTEST_MS = 4_000
/** Readings a minute if the catalog has no rate. */
const RATE = 15

/**
 * Log of an application, followed. Each reading is a command of the agent, at the rate that the plan allows (`logs_rate`); the next one
 * continues where it ended, also after an interruption. A hidden page reads nothing.
 */
export function useLogs(hash: string, app: string, options: LogsOptions = {}): LogsResult {
  const { container, streams, follow = true, limit = LIMIT, maxLines = MAX_LINES } = options
  const { client, joins, scope } = useStackgateContext()
  const isSignedIn = useAccountId(options.accountId) !== null
  const reader = useMemo(
    () => new LogReader({ client, joins, scope, hash, app, container, streams, limit, maxLines }),
    [client, joins, scope, hash, app, container, streams?.join(), limit, maxLines],
  )
  const [shown, setShown] = useState({ reader, log: reader.state })
  const { limit: rate } = useEntitlement('logs_rate', options.accountId)
  const intervalMs = Math.max(FASTEST_MS, Math.ceil(60_000 / (rate || RATE)))
  useEffect(() => {
    reader.intervalMs = intervalMs
  }, [reader, intervalMs])
  useEffect(() => {
    if (!isSignedIn) return undefined
    // Hundreds of lines are rendered in small parts between other tasks.
    const close = reader.open((log) => startTransition(() => setShown({ reader, log })))
    return close
  }, [reader, isSignedIn])
  useEffect(() => {
    if (isSignedIn) (follow ? reader.follow : reader.pause)()
  }, [reader, isSignedIn, follow])
  const { status } = useJoinState(reader.join.id)
  // The lines of another application are never shown for this one.
  const { lines: data, cursor: _cursor, ...log } = shown.reader === reader ? shown.log : reader.state
  return {
    ...log,
    data,
    isPending: data === undefined && !log.denial && !log.error && !log.failure,
    isLive: log.isFollowing && status === 'live',
    intervalMs,
    refetch: reader.read,
    follow: reader.follow,
    pause: reader.pause,
  }
}
