import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { PaymentProvider } from '#schema/billing/payment-provider.js'
import { arg, field, mutation, query } from '#schema/kernel/decorators.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import {
  InboxState,
  ReplayWebhookInput,
  ReplayWebhookResult,
  WebhookEvent,
  WebhookEventConnection,
} from '#schema/ops/webhook-event.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { replayWebhook } from '#services/ops/webhooks/replay-webhook.js'
import { webhookEvents } from '#services/ops/webhooks/webhook-events.js'
import { toDenial } from '../kernel/denial.mapper.js'
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
    { nullable: true },
  )
  async webhookEvents(
    @Ctx() context: RequestContext,
    @Args(() => WebhookEventsArgs) args: WebhookEventsArgs,
  ): Promise<WebhookEventConnection> {
    const { provider, state, type } = args
    const page = await webhookEvents(context, { provider, states: state, type }, pageRequest(args, EVENTS_PER_PAGE))
    return toConnection(page, page.items.map(toWebhookEvent))
  }

  @mutation(
    'Processes a received event again. Without a difference nothing changes. Requires an operator.',
    () => ReplayWebhookResult,
  )
  async replayWebhook(
    @Ctx() context: RequestContext,
    @arg('input', 'Event to process again.', () => ReplayWebhookInput) { webhookEventId }: ReplayWebhookInput,
  ): Promise<ReplayWebhookResult> {
    const outcome = await replayWebhook(context, webhookEventId)
    return 'kind' in outcome ? toDenial<Refused>(context, outcome.denial) : toWebhookEvent(outcome)
  }
}
