import type pg from 'pg'
import { openConnection } from '../database/connect.js'
import { ping } from '../database/server.sql.js'
import { SERVING } from '../database/session.js'
import type { Logger } from '../logger/logger.js'
import type { Timers } from '../time/timers.js'

export interface ListenOptions {
  readonly url: string
  readonly channel: string
  readonly log: Logger
  readonly timers: Timers
  readonly onPayload: (payload: string | undefined) => void
  /** Called when listening begins again. Notifications may have been lost. */
  readonly onMissed: () => void
}

/** One connection that listens. */
export interface Listening {
  /** Resolves when it listens for the first time. */
  readonly ready: Promise<void>
  /** Fails while it does not listen. */
  readonly check: () => Promise<void>
  close(): Promise<void>
}

/** Interval of queries that check the listening connection, and the time without a response after which it is closed. */
const HEARTBEAT_MS = 5_000
const SILENCE_MS = 6_000
const FIRST_DELAY_MS = 50
const MAX_DELAY_MS = 2_000

/** Listens, and reconnects when the connection is lost. Subscribers then read again, because notifications may have been lost. */
export function keepListening(options: ListenOptions): Listening {
  const { url, channel, log, timers } = options
  let client: pg.Client | null = null
  let closed = false
  let delay = FIRST_DELAY_MS
  let coming: Promise<void> = Promise.resolve()

  const connect = async (): Promise<void> => {
    const next = await openConnection({
      url,
      timers,
      name: 'stackgate notifier',
      limits: { ...SERVING, silenceMs: SILENCE_MS },
    })
    next.on('notification', ({ payload }) => options.onPayload(payload))
    try {
      await next.query(`listen ${channel}`)
    } catch (error) {
      await next.end()
      throw error
    }
    if (closed) return next.end()
    next.once('end', () => {
      client = null
      if (!closed) comeBack()
    })
    client = next
    delay = FIRST_DELAY_MS
  }
  const comeBack = (): void => {
    timers.setTimeout(() => {
      if (!closed) coming = reconnect()
    }, delay)
    delay = Math.min(delay * 2, MAX_DELAY_MS)
  }
  const reconnect = async (): Promise<void> => {
    try {
      await connect()
      if (closed) return
      options.onMissed()
      log.info('notifier reconnected')
    } catch (error) {
      log.warn({ err: error }, 'notifier connection failed, retrying')
      if (!closed) comeBack()
    }
  }
  // One query at a time.
  let asking: Promise<unknown> | null = null
  const ask = (of: pg.Client): Promise<unknown> =>
    (asking ??= of.query(ping.text).finally(() => {
      asking = null
    }))
  const heartbeat = timers.setInterval(() => {
    if (client) ask(client).catch(() => undefined)
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return {
    ready: connect(),
    check: async () => {
      if (!client) throw new Error('not listening')
      await ask(client)
    },
    close: async () => {
      closed = true
      timers.clearInterval(heartbeat)
      await client?.end().catch(() => undefined)
      await coming
    },
  }
}
