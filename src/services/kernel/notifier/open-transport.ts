import { openPostgresTransport, type PostgresTransportOptions } from './postgres-transport.js'
import type { NotificationTransport, TransportListener } from './transport.js'

export interface TransportOptions extends PostgresTransportOptions {
  readonly natsUrl?: string | null
  readonly natsPrefix?: string
  readonly isPolled?: (topic: string) => boolean
}

/**
 * NOTIFY for all topics, or with NATS for those that no poll covers. When NATS returns, polls have covered the
 * subscribers of single topics, so that only `onHintsMissed` is called: it would otherwise wake all long polls at once.
 */
export async function openTransport(
  options: TransportOptions,
  listener: TransportListener,
  onHintsMissed: () => void,
): Promise<NotificationTransport> {
  const notify = openPostgresTransport(options, listener)
  const { natsUrl, natsPrefix = 'stackgate', isPolled = () => false } = options
  if (!natsUrl) return notify
  const { openNatsTransport } = await import('./nats-transport.js')
  const hints = openNatsTransport(
    { ...options, url: natsUrl, prefix: natsPrefix },
    { onTopics: listener.onTopics, onMissed: onHintsMissed },
  )
  return {
    send: (topics) => {
      const { true: polled = [], false: others = [] } = Object.groupBy(topics, (topic) => `${isPolled(topic)}`)
      if (polled.length > 0) hints.send(polled)
      if (others.length > 0) notify.send(others)
    },
    follow: (topic) => void (isPolled(topic) && hints.follow(topic)),
    unfollow: (topic) => hints.unfollow(topic),
    followAll: () => hints.followAll(),
    ready: Promise.all([notify.ready, hints.ready]).then(() => undefined),
    check: () => notify.check(),
    close: async () => {
      await hints.close()
      await notify.close()
    },
  }
}
