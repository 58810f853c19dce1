import { Args, ArgsType, Ctx, ID, Resolver } from 'type-graphql'
import { PaymentProvider } from '#schema/billing/payment-provider.js'
import { arg, field, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { InboxState, WebhookEvent, WebhookEventConnection } from '#schema/ops/webhook-event.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { replayWebhook } from '#services/ops/webhooks/replay-webhook.js'
import { webhookEvents } from '#services/ops/webhooks/webhook-events.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toWebhookEvent } from './webhook-event.mapper.js'

const EVENTS_PER_PAGE = 50

@ArgsType()
class WebhookEventsArgs extends pageArgs(EVENTS_PER_PAGE) {
  @field('Provider to return. Default: all.', () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field('Processing states to return. Default: all.', () => [InboxState], { nullable: true })
  state?: InboxState[] | null

  @field('Provider event type, for example `invoice.paid`. Default: all.', () => String, { nullable: true })
  type?: string | null
}

@Resolver(() => WebhookEvent)
export class WebhookEventResolver {
  @query(
    'Provider events with their processing state, newest first. Requires an operator.',
    () => WebhookEventConnection,
  )
  async webhookEvents(
    @Ctx() context: RequestContext,
    @Args(() => WebhookEventsArgs) args: WebhookEventsArgs,
  ): Promise<WebhookEventConnection> {
    const { provider, state, type } = args
    const page = await webhookEvents(context, { provider, states: state, type }, pageRequest(args, EVENTS_PER_PAGE))
    return toConnection(page, page.items.map(toWebhookEvent))
  }

  @mutation('Processes a received event again. Requires an operator.', () => WebhookEvent)
  async replayWebhook(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the event, from `webhookEvents`.', () => ID) id: string,
  ): Promise<WebhookEvent> {
    return toWebhookEvent(await replayWebhook(context, id))
  }
}
