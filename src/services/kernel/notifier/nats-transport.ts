import { connect, type ConnectionOptions, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import type { Logger } from '../logger/logger.js'
import type { Timers } from '../time/timers.js'
import type { NotificationTransport, TransportListener } from './transport.js'

export interface NatsTransportOptions {
  /** Addresses, as `nats://user:password@host:4222`, separated by commas. */
  readonly url: string
  /** First part of all subjects: the name of the database, so that installations can share a server. */
  readonly prefix: string
  readonly log: Logger
  readonly timers: Timers
}

/** Maximum wait for the first connection. A start does not depend on NATS. */
const FIRST_CONNECTION_MS = 2_000
const RECONNECT_MS = 500
const CLOSE_MS = 1_000

/** A topic as one part of a subject, in which spaces, dots and wildcards are not allowed. */
const encode = (topic: string): string =>
  encodeURIComponent(topic).replaceAll('.', '%2E').replaceAll('*', '%2A').replaceAll('!', '%21')

/** Settings of the client for a `NATS_URL`. User and password, or a token, are part of the first address. */
export function natsOptions(url: string): ConnectionOptions {
  const addresses = url.split(',').map((address) => new URL(address.trim()))
  const { username, password } = addresses[0]!
  const secret = password
    ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
    : username
      ? { token: decodeURIComponent(username) }
      : {}
  return {
    servers: addresses.map(({ host }) => host),
    ...secret,
    ...(addresses.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    name: 'stackgate',
  }
}

/**
 * Core NATS: a subject for each topic, at most once. A process receives only the topics that it follows. While NATS is
 * away, polls cover the notifications, and the process stays ready.
 */
export function openNatsTransport(
  { url, prefix, log, timers }: NatsTransportOptions,
  { onTopics, onMissed }: TransportListener,
): NotificationTransport {
  const subjectOf = (topic: string) => `stackgate.${encode(prefix)}.${encode(topic)}`
  const subscriptions = new Map<string, Subscription | null>()
  let connection: NatsConnection | null = null
  let isUp = false
  let isClosed = false
  const subscribe = (topic: string) =>
    connection!.subscribe(topic === ALL ? `stackgate.${encode(prefix)}.>` : subjectOf(topic), {
      callback: (error, { subject }) => {
        if (!error) onTopics([topic === ALL ? decodeURIComponent(subject.slice(subject.lastIndexOf('.') + 1)) : topic])
      },
    })
  const watchStatus = async (opened: NatsConnection): Promise<void> => {
    for await (const { type } of opened.status()) {
      if (type === 'disconnect') {
        isUp = false
        log.warn('NATS connection lost, polling covers notifications')
      } else if (type === 'reconnect') {
        isUp = true
        log.info('NATS reconnected')
        onMissed()
      }
    }
  }
  const open = async (): Promise<void> => {
    const opened = await connect({
      ...natsOptions(url),
      noEcho: true,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: 5_000,
      maxPingOut: 2,
    })
    if (isClosed) return opened.close()
    connection = opened
    isUp = true
    for (const topic of subscriptions.keys()) subscriptions.set(topic, subscribe(topic))
    onMissed()
    await watchStatus(opened)
  }
  const opening = open().catch((error: unknown) => log.error({ err: error }, 'NATS cannot be used, polling covers it'))
  const follow = (topic: string): void => {
    if (!subscriptions.has(topic)) subscriptions.set(topic, connection && subscribe(topic))
  }
  return {
    send: (topics) => {
      if (isUp) for (const topic of topics) connection!.publish(subjectOf(topic))
    },
    follow,
    unfollow: (topic) => {
      subscriptions.get(topic)?.unsubscribe()
      subscriptions.delete(topic)
    },
    followAll: () => follow(ALL),
    ready: Promise.race([firstConnection(() => isUp, timers), opening]),
    check: () => Promise.resolve(),
    close: async () => {
      isClosed = true
      if (!connection) return
      await Promise.race([connection.flush().catch(() => undefined), timers.delay(CLOSE_MS, { ref: false })])
      await connection.close()
    },
  }
}

/** Name under which the subscription to all topics is stored. No topic is empty. */
const ALL = ''

async function firstConnection(isUp: () => boolean, timers: Timers): Promise<void> {
  const deadline = timers.monotonic() + FIRST_CONNECTION_MS
  while (!isUp() && timers.monotonic() < deadline) await timers.delay(20)
}
