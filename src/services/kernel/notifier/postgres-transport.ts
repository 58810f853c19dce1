import type { Database } from '../database/database.js'
import type { Logger } from '../logger/logger.js'
import type { Random } from '../random/random.js'
import type { Timers } from '../time/timers.js'
import { keepListening } from './listen.js'
import { notifyProcesses } from './notifier.sql.js'
import type { NotificationTransport, TransportListener } from './transport.js'

export interface PostgresTransportOptions {
  /** Address with sessions: a pooler in transaction mode does not support LISTEN. */
  readonly url: string
  readonly database: Database
  readonly log: Logger
  readonly timers: Timers
  readonly random: Random
}

const CHANNEL = 'stackgate_notifier'
const MAX_PAYLOAD_BYTES = 7500
/** Time within which other processes are notified with one message. */
const NOTIFY_DEBOUNCE_MS = 2

/** LISTEN and NOTIFY on one channel, with all topics. */
export function openPostgresTransport(
  options: PostgresTransportOptions,
  { onTopics, onMissed }: TransportListener,
): NotificationTransport {
  // Our own notifications also arrive here. They are ignored, because listeners in this process were already called.
  const origin = `from ${options.random.uuid()}`
  const listening = keepListening({
    ...options,
    channel: CHANNEL,
    onPayload: (payload) => {
      const topics = readPayload(payload)
      if (topics[0] !== origin) onTopics(topics)
    },
    onMissed,
  })
  const sender = coalescingSender(options, origin)
  return {
    send: (topics) => sender.send(topics),
    follow: () => undefined,
    unfollow: () => undefined,
    followAll: () => undefined,
    ready: listening.ready,
    check: listening.check,
    async close() {
      await sender.idle()
      await listening.close()
    },
  }
}

/** Topics of a message. Any role of the database can send to the channel, so that other payloads are ignored. */
function readPayload(payload = ''): string[] {
  try {
    const topics: unknown = JSON.parse(payload)
    return Array.isArray(topics) ? topics.filter((topic) => typeof topic === 'string') : []
  } catch {
    return []
  }
}

/** Topics announced while a NOTIFY is in progress are sent with the next one. */
function coalescingSender(options: PostgresTransportOptions, origin: string) {
  const waiting = new Set<string>()
  let sending: Promise<void> | null = null
  const flush = async (): Promise<void> => {
    while (waiting.size) {
      await options.timers.delay(NOTIFY_DEBOUNCE_MS)
      const payload = nextPayload(waiting, origin)
      await options.database
        .run(notifyProcesses, { channel: CHANNEL, payload })
        .catch((error: unknown) => options.log.warn({ err: error }, 'notification not sent, polling covers it'))
    }
    sending = null
  }
  return {
    send(topics: readonly string[]) {
      for (const topic of topics) waiting.add(topic)
      sending ??= Promise.resolve().then(flush)
    },
    idle: () => sending ?? Promise.resolve(),
  }
}

/** Payload of a notification: the sender, in place of a topic without subscribers, followed by the topics. */
function nextPayload(waiting: Set<string>, origin: string): string {
  const taken: string[] = [origin]
  let size = origin.length + 5
  for (const topic of waiting) {
    size += topic.length + 3
    if (taken.length > 1 && size > MAX_PAYLOAD_BYTES) break
    taken.push(topic)
    waiting.delete(topic)
  }
  return JSON.stringify(taken)
}
