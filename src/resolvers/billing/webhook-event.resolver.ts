import { requires } from '#schema/kernel/requires.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { ReplayPayload } from '#schema/kernel/replay-payload.js'
import {
  WebhookEventPayload,
  ReplayWebhookArgs,
  ReplayWebhooksArgs,
  WebhookEvent,
  WebhookEventConnection,
  WebhookEventCount,
  WebhookEventFilter,
} from '#schema/billing/webhook-event.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { replayWebhook } from '#services/billing/webhook-events/replay-webhook.js'
import { replayWebhooks } from '#services/billing/webhook-events/replay-webhooks.js'
import { webhookEventCounts } from '#services/billing/webhook-events/webhook-event-counts.js'
import { webhookEvents } from '#services/billing/webhook-events/webhook-events.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toWebhookEvent } from './webhook-event.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

const EVENTS_PER_PAGE = 50

@ArgsType()
class WebhookEventsArgs extends twoWayPageArgs(EVENTS_PER_PAGE) {
  @field('Conditions. Default: none.', () => WebhookEventFilter, { nullable: true })
  filter?: WebhookEventFilter | null
}

@Resolver(() => WebhookEvent)
export class WebhookEventResolver {
  @query('Provider events with their processing status, newest first.', () => WebhookEventConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async webhookEvents(
    @Ctx() context: RequestContext,
    @Args(() => WebhookEventsArgs) args: WebhookEventsArgs,
  ): Promise<WebhookEventConnection> {
    const page = await webhookEvents(context, args.filter ?? {}, pageRequest(args, EVENTS_PER_PAGE))
    return toConnection(page, page.items.map(toWebhookEvent))
  }

  @fieldResolver('Payload as sent by the provider.', () => JSONValue)
  async payload(@Ctx() context: RequestContext, @Root() event: WebhookEvent): Promise<unknown> {
    return event.wholePayload ?? (await context.loaders.inboxEvent.load(event.id))?.payload ?? {}
  }

  @query('Number of provider events of each status.', () => [WebhookEventCount], {
    nullable: true,
  })
  @requires('OPS_READ')
  async webhookEventCounts(
    @Ctx() context: RequestContext,
    @arg('filter', 'Conditions. Default: none.', () => WebhookEventFilter, { nullable: true })
    filter: WebhookEventFilter | null,
  ): Promise<WebhookEventCount[]> {
    const counts = await webhookEventCounts(context, filter ?? {})
    return counts.map(({ state, count }) => ({ __typename: 'WebhookEventCount', status: state, count }))
  }

  @mutation('Processes all events of a filter again, at most 1,000 per call. Without a difference nothing changes.', {
    payload: () => ReplayPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'Events of a provider take effect once, however often they are processed.',
  })
  async replayWebhooks(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReplayWebhooksArgs) input: ReplayWebhooksArgs,
  ): Promise<ReplayPayload | Denied> {
    const outcome = await replayWebhooks(context, input)
    if ('kind' in outcome) return outcome
    const { matchedCount, replayedCount } = outcome
    const remainingCount = Math.max(0, matchedCount - replayedCount)
    return { matchedCount, replayedCount, remainingCount }
  }

  @mutation('Processes a received event again. Without a difference nothing changes.', {
    payload: () => WebhookEventPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'Events of a provider take effect once, however often they are processed.',
  })
  replayWebhook(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReplayWebhookArgs) { webhookEventId }: ReplayWebhookArgs,
  ) {
    return unlessDenied(replayWebhook(context, webhookEventId), (outcome) => toWebhookEvent(outcome))
  }
}
