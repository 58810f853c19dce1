import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Database } from '../database/database.js'
import { deploymentsTopic } from '../events/topics.js'
import type { Logger } from '../logger/logger.js'
import type { Random } from '../random/random.js'
import type { Timer, Timers } from '../time/timers.js'
import { keepListening } from './listen.js'
import { notifyProcesses } from './notifier.sql.js'

/**
 * Notifies waiting code that a topic changed. A notification carries no data; the truth is read from the tables, so a
 * lost notification costs at most one poll (1 s). Within the process it is a function call, between processes NOTIFY
 * after the commit.
 */
export interface Notifier {
  /**
   * Calls `listener` for each announcement of the topic, with the events if they are available. Returns a function that
   * stops it.
   */
  subscribe(topic: string, listener: NotificationListener): () => void
  /**
   * Calls `listener` with all announced topics, and with null if notifications may have been lost. Returns a function
   * that stops it. It is called often and must only record the topics.
   */
  subscribeAll(listener: (topics: readonly string[] | null) => void): () => void
  notify(topics: readonly string[]): void
  /** Like `announce`, but other processes are notified within 50 ms, together with other topics. */
  notifyDebounced(topics: readonly string[]): void
  /**
   * Publishes events that were just committed, in order. Subscribers of their streams in this process receive the
   * events and do not read them again. Other processes are notified shortly after. `topics` are announced as well: to
   * other processes immediately if they have no subscriber in this process.
   */
  publishCommitted(events: readonly StreamEventRow[], topics: readonly string[]): void
  /** Throws while no notifications of other processes arrive. */
  check(): Promise<void>
  close(): Promise<void>
}

/** Called on a notification, with the events if they are available. */
export type NotificationListener = (events?: readonly StreamEventRow[]) => void

interface NotifierOptions {
  readonly url: string
  readonly database: Database
  readonly log: Logger
  readonly timers: Timers
  readonly random: Random
  /**
   * Returns the topics with recent changes, as a fallback for lost notifications. Runs once a second while there are
   * subscribers.
   */
  readonly recentTopics: (topics: readonly string[]) => Promise<string[]>
}

const CHANNEL = 'stackgate_notifier'
const POLL_MS = 1000
const MAX_PAYLOAD_BYTES = 7500
/**
 * Time within which other processes are notified with one message. Listeners in this process are called immediately.
 */
const NOTIFY_DEBOUNCE_MS = 2
/** Minimum interval between notifications of frequent changes to other processes. */
const DEBOUNCE_MS = 50

export async function openNotifier(options: NotifierOptions): Promise<Notifier> {
  const { timers } = options
  const listeners = new Map<string, Set<NotificationListener>>()
  const allTopicsListeners = new Set<(topics: readonly string[] | null) => void>()
  const wakeListeners = (topics: readonly string[]) => {
    for (const topic of topics) for (const listener of listeners.get(topic) ?? []) listener()
  }
  const wake = (topics: readonly string[]) => {
    wakeListeners(topics)
    for (const subscribeAll of allTopicsListeners) subscribeAll(topics)
  }
  const wakeAll = () => {
    wakeListeners([...listeners.keys()])
    for (const subscribeAll of allTopicsListeners) subscribeAll(null)
  }
  // Our own notifications also arrive here. They are ignored, because listeners in this process were already called.
  const origin = `from ${options.random.uuid()}`
  const wakeByOthers = (topics: readonly string[]) => topics[0] !== origin && wake(topics)
  const listening = keepListening({
    ...options,
    channel: CHANNEL,
    onPayload: (payload) => wakeByOthers(readPayload(payload)),
    onMissed: wakeAll,
  })
  const sender = coalescingSender(options, origin)
  let polling = false
  const poll = timers.setInterval(() => {
    if (polling || listeners.size === 0) return
    polling = true
    options
      .recentTopics([...listeners.keys()])
      .then(wake, (error: unknown) => options.log.warn({ err: error }, 'notifier poll failed'))
      .finally(() => (polling = false))
  }, POLL_MS)
  poll.unref()
  const debouncedTopics = new Set<string>()
  let later: Timer | undefined
  const sendLater = () => {
    later = undefined
    if (debouncedTopics.size > 0) sender.send([...debouncedTopics])
    debouncedTopics.clear()
  }
  await listening.ready

  return {
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic)
      }
    },
    subscribeAll(listener) {
      allTopicsListeners.add(listener)
      return () => allTopicsListeners.delete(listener)
    },
    notify(topics) {
      wake(topics)
      sender.send(topics)
    },
    notifyDebounced(topics) {
      wake(topics)
      for (const topic of topics) debouncedTopics.add(topic)
      later ??= timers.setTimeout(sendLater, DEBOUNCE_MS)
    },
    publishCommitted(events, topics) {
      for (const [streamId, own] of Map.groupBy(events, (event) => event.streamId)) {
        for (const listener of listeners.get(streamId) ?? []) listener(own)
        for (const subscribeAll of allTopicsListeners) subscribeAll([streamId])
        debouncedTopics.add(streamId)
        const { accountId } = own[0]!
        if (accountId === streamId) continue
        wakeListeners([deploymentsTopic(accountId)])
        debouncedTopics.add(deploymentsTopic(accountId))
      }
      for (const topic of topics) if (listeners.has(topic)) debouncedTopics.add(topic)
      later ??= timers.setTimeout(sendLater, DEBOUNCE_MS)
      const topicsWithoutLocalListener = topics.filter((topic) => !listeners.has(topic))
      wake(topics)
      if (topicsWithoutLocalListener.length > 0) sender.send(topicsWithoutLocalListener)
    },
    check: listening.check,
    async close() {
      timers.clearInterval(poll)
      timers.clearTimeout(later)
      sendLater()
      await sender.idle()
      await listening.close()
    },
  }
}

/** The topics of a message; the channel is open to everybody in the database, so one that is not ours says nothing. */
function readPayload(payload = ''): string[] {
  try {
    const topics: unknown = JSON.parse(payload)
    return Array.isArray(topics) ? topics.filter((topic) => typeof topic === 'string') : []
  } catch {
    return []
  }
}

/** Topics announced while a NOTIFY is in progress are sent with the next one. */
function coalescingSender(options: NotifierOptions, origin: string) {
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
