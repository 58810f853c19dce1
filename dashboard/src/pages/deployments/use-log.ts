import { startTransition, useCallback, useEffect, useState } from 'react'
import { createIdempotencyKey, isDenial, toDenial, type Denial } from '@stackgate/client'
import {
  Command,
  EnqueueCommand,
  Entitlements,
  type CommandData,
  type CommandFields,
} from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { isTerminal, LOG_LINES } from './commands.js'

type Report = NonNullable<NonNullable<CommandData['command']>['typedResult']>
export type LogLine = Extract<Report, { readonly __typename: 'LogsResult' }>['lines'][number]

interface Log {
  readonly lines: readonly LogLine[]
  /** Number of lines that were removed before the first one. */
  readonly removedCount: number
  readonly cursor: string | null
  /** ID of the command that is reading. */
  readonly pending: string | null
  readonly isFollowing: boolean
  /** True if lines were left out before the first one. */
  readonly isTruncated: boolean
  readonly denial: Denial | null
  readonly error: string | null
}

const EMPTY: Log = {
  lines: [],
  removedCount: 0,
  cursor: null,
  pending: null,
  isFollowing: false,
  isTruncated: false,
  denial: null,
  error: null,
}
const MAX_LINES = 2000
const FASTEST_SECONDS = 4

/** Lines of the log of an application. Each reading is a command; following repeats it as fast as the plan allows. */
export function useLog(account: string, hash: string, app: string, commands: readonly CommandFields[]) {
  const { client } = useSession()
  const [log, setLog] = useState(EMPTY)
  const change = useCallback((changes: Partial<Log>) => setLog((before) => ({ ...before, ...changes })), [])
  const seconds = useSecondsBetween(account)
  useEffect(() => setLog(EMPTY), [app, hash])

  const { cursor, pending, isFollowing } = log
  const read = useCallback(async () => {
    change({ pending: 'new', denial: null, error: null })
    try {
      const command = { logs: { appCode: app, limit: LOG_LINES, ...(cursor ? { cursor } : {}) } }
      const input = { deploymentHash: hash, command, idempotencyKey: createIdempotencyKey() }
      const { enqueueCommand: result } = await client.request(EnqueueCommand, { input })
      if (isDenial(result)) change({ pending: null, isFollowing: false, denial: toDenial(result) ?? null })
      else change({ pending: result.id })
    } catch (error) {
      change({ pending: null, isFollowing: false, error: (error as Error).message })
    }
  }, [client, hash, app, cursor, change])

  // The stream of the commands shows when the reading has ended.
  const status = commands.find(({ id }) => id === pending)?.status
  useEffect(() => {
    if (!pending || !status || !isTerminal(status)) return
    const end = new AbortController()
    client
      .request(Command, { id: pending }, { signal: end.signal })
      // Hundreds of lines are rendered in small parts between other tasks.
      .then(({ command }) => startTransition(() => setLog((before) => withResult(before, command))))
      .catch((error: unknown) => {
        if (!end.signal.aborted) change({ pending: null, isFollowing: false, error: (error as Error).message })
      })
    return () => end.abort()
  }, [client, pending, status, change])

  useEffect(() => {
    if (!isFollowing || pending) return
    // A hidden window reads nothing.
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), seconds * 1000)
    return () => clearInterval(timer)
  }, [isFollowing, pending, seconds, read])

  return {
    ...log,
    seconds,
    read: () => void read(),
    follow: () => {
      change({ isFollowing: true })
      if (!pending) void read()
    },
    pause: () => change({ isFollowing: false }),
  }
}

export type LogReader = ReturnType<typeof useLog>

function withResult(before: Log, command: CommandData['command']): Log {
  const result = command?.typedResult
  const error = command?.error?.message ?? null
  if (result?.__typename !== 'LogsResult')
    return { ...before, pending: null, isFollowing: before.isFollowing && !error, error }
  // Without a cursor, the agent returns the newest lines again.
  const lines = before.cursor ? [...before.lines, ...result.lines] : result.lines
  return {
    ...before,
    pending: null,
    error,
    lines: lines.slice(-MAX_LINES),
    removedCount: before.removedCount + Math.max(0, lines.length - MAX_LINES),
    isTruncated: before.cursor ? before.isTruncated : result.truncated,
    cursor: result.cursor ?? before.cursor,
  }
}

/** The plan allows a number of readings a minute. */
function useSecondsBetween(account: string): number {
  const entitlements = useOperation(Entitlements, { account, features: ['logs_rate'] })
  const limit = entitlements.data?.account?.entitlements?.[0]?.limit
  return Math.max(FASTEST_SECONDS, Math.ceil(60 / (limit || 15)))
}
