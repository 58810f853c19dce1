import { Args, ArgsType, Ctx, ID, Resolver } from 'type-graphql'
import { PaymentProvider } from '../../schema/billing/payment-provider.js'
import { arg, field, mutation, query } from '../../schema/kernel/decorators.js'
import { pageArgs } from '../../schema/kernel/page-args.js'
import { InboxState, WebhookEvent, WebhookEventConnection } from '../../schema/ops/webhook-event.type.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import { replayWebhook, webhookEvents } from '../../services/ops/webhooks/webhook-events.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toWebhookEvent } from './webhook-event.mapper.js'

const EVENTS_PER_PAGE = 50

@ArgsType()
class WebhookEventsArgs extends pageArgs(EVENTS_PER_PAGE) {
  @field('Only events of this provider. Left out: all.', () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field('Only events in one of these states. Left out: all.', () => [InboxState], { nullable: true })
  state?: InboxState[] | null

  @field('Only events of this type, as `invoice.paid`. Left out: all.', () => String, { nullable: true })
  type?: string | null
}

@Resolver(() => WebhookEvent)
export class WebhookEventResolver {
  @query(
    'What payment providers have sent, newest first, with what became of it and why. For operators.',
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

  @mutation(
    'Takes a received event up again: its object is fetched and applied as if it had just arrived. For operators.',
    () => WebhookEvent,
  )
  async replayWebhook(
    @Ctx() context: RequestContext,
    @arg('id', 'The event, as `webhookEvents` lists it.', () => ID) id: string,
  ): Promise<WebhookEvent> {
    return toWebhookEvent(await replayWebhook(context, id))
  }
}
