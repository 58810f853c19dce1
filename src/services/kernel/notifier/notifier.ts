import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { deploymentsTopic } from '../events/topics.js'
import type { Timer } from '../time/timers.js'
import { openTransport } from './open-transport.js'
import type { PostgresTransportOptions } from './postgres-transport.js'

/**
 * Notifies waiting code that a topic changed. A notification carries no data; the truth is read from the tables, so a
 * lost notification costs at most one poll (1 s). Within the process it is a function call, between processes NOTIFY
 * or NATS after the commit.
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

interface NotifierOptions extends PostgresTransportOptions {
  /** Addresses of NATS. Null: NOTIFY carries all topics. */
  readonly natsUrl?: string | null
  /** First part of the subjects in NATS. */
  readonly natsPrefix?: string
  /**
   * Returns true if a poll covers lost notifications of the topic, so that NATS may carry it. Other topics invalidate
   * what processes have in memory, and NOTIFY carries them always.
   */
  readonly isPolled?: (topic: string) => boolean
  /**
   * Returns the topics with recent changes, as a fallback for lost notifications. Runs once a second while there are
   * subscribers.
   */
  readonly recentTopics: (topics: readonly string[]) => Promise<string[]>
}

const POLL_MS = 1000
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
  const missed = () => {
    for (const subscribeAll of allTopicsListeners) subscribeAll(null)
  }
  const wakeAll = () => {
    wakeListeners([...listeners.keys()])
    missed()
  }
  const transport = await openTransport(options, { onTopics: wake, onMissed: wakeAll }, missed)
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
    if (debouncedTopics.size > 0) transport.send([...debouncedTopics])
    debouncedTopics.clear()
  }
  await transport.ready

  return {
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      if (set.size === 1) transport.follow(topic)
      return () => {
        set.delete(listener)
        if (set.size > 0 || listeners.get(topic) !== set) return
        listeners.delete(topic)
        transport.unfollow(topic)
      }
    },
    subscribeAll(listener) {
      allTopicsListeners.add(listener)
      transport.followAll()
      return () => allTopicsListeners.delete(listener)
    },
    notify(topics) {
      wake(topics)
      transport.send(topics)
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
      if (topicsWithoutLocalListener.length > 0) transport.send(topicsWithoutLocalListener)
    },
    check: () => transport.check(),
    async close() {
      timers.clearInterval(poll)
      timers.clearTimeout(later)
      sendLater()
      await transport.close()
    },
  }
}
