import type DataLoader from 'dataloader'
import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { eventsByIds } from '#services/kernel/events/find-event.js'
import { inboxEventsByIds } from '#services/kernel/inbox/inbox-queries.js'
import { byId } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** Loaders of events. */
export interface EventLoaders {
  readonly event: DataLoader<string, StreamEventRow | null>
  readonly inboxEvent: DataLoader<string, InboxEventRow | null>
}

declare module '../loaders.js' {
  interface Loaders extends EventLoaders {}
}

export const eventLoaders: LoaderMakers<EventLoaders> = {
  event: ({ database: sql }) => byId((ids) => eventsByIds(sql, ids)),
  inboxEvent: ({ database: sql }) => byId((ids) => inboxEventsByIds(sql, ids)),
}
