import { ArgsType } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { field } from '#schema/kernel/decorators.js'
import { EVENT_TYPES, EXCEPT_EVENT_TYPES, RESYNC_AFTER } from '#schema/kernel/descriptions.js'
import type { EventConnection } from '#schema/kernel/event.type.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { Page } from '#services/kernel/paging/page.js'
import { toEvent, toNumberedEvent } from './event.mapper.js'
import { toConnection } from './page.mapper.js'
import { deliver, toResync } from './stream.mapper.js'

export const EVENTS_PER_PAGE = 50

@ArgsType()
export class EventListArgs extends twoWayPageArgs(EVENTS_PER_PAGE) {
  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

@ArgsType()
export class EventStreamArgs {
  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

@ArgsType()
export class ResyncedEventsArgs extends EventStreamArgs {
  @field(RESYNC_AFTER, () => String, { nullable: true })
  after?: string | null
}

export interface Subscribed<SubscriptionArgs> {
  readonly args: SubscriptionArgs
  readonly context: RequestContext
}

/** Delivers the events of a stream, with the position of a subscriber who has none. */
export const deliverEvents = <Row extends StreamEventRow | OperatorEventRow>(
  context: RequestContext,
  name: string,
  stream: OpenedStream<Row>,
  after: string | null | undefined,
) => Object.assign(deliver(context, name, stream, { map: toEvent }), { position: after == null ? stream.cursor : null })

/** The same for a stream that asks for the state first, unless the subscriber continues it. */
export const deliverAfterState = <Row extends StreamEventRow | OperatorEventRow>(
  context: RequestContext,
  name: string,
  stream: OpenedStream<Row>,
  after: string | null | undefined,
) =>
  deliver(context, name, stream, {
    map: toEvent,
    first: after == null ? async () => toResync(context, stream.cursor, 'STARTED') : undefined,
  })

export const toEventPage = (page: Page<StreamEventRow>): EventConnection =>
  toConnection(page, page.items.map(toNumberedEvent))
