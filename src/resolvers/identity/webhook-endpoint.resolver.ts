import { Args, ArgsType, Ctx, ID, Int, Resolver, Root } from 'type-graphql'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import {
  CreateWebhookEndpointInput,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookEndpoint,
  WebhookEndpointCreated,
} from '#schema/identity/webhook-endpoint.type.js'
import { webhookDeliveries } from '#services/identity/webhooks/webhook-deliveries.js'
import { webhookEndpoints } from '#services/identity/webhooks/webhook-endpoints.js'
import { createWebhookEndpoint } from '#services/identity/webhooks/create-webhook-endpoint.js'
import { deleteWebhookEndpoint } from '#services/identity/webhooks/delete-webhook-endpoint.js'
import { replayDelivery } from '#services/identity/webhooks/replay-delivery.js'
import { rotateWebhookSecret } from '#services/identity/webhooks/rotate-webhook-secret.js'
import { testWebhookEndpoint } from '#services/identity/webhooks/test-webhook-endpoint.js'
import { updateWebhookEndpoint } from '#services/identity/webhooks/update-webhook-endpoint.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toEndpointCreated, toWebhookDelivery, toWebhookEndpoint } from './webhook-endpoint.mapper.js'

const DELIVERIES_PER_PAGE = 50
const EVERY = 'Return the endpoints that receive the events of all accounts. Operators only.'
const ENDPOINT = 'ID of the webhook endpoint.'
const DAY = 86_400

@ArgsType()
class WebhookDeliveriesArgs extends pageArgs(DELIVERIES_PER_PAGE) {
  @field('Webhook endpoint ID. Default: all endpoints of the account.', () => ID, { nullable: true })
  endpointId?: string | null

  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(EVERY, () => Boolean, { nullable: true, defaultValue: false })
  allAccounts?: boolean | null
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @query('Webhook endpoints of an account. Requires its owner or an admin.', () => [WebhookEndpoint])
  async webhookEndpoints(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId?: string | null,
    @arg('allAccounts', EVERY, () => Boolean, { nullable: true, defaultValue: false }) allAccounts?: boolean | null,
  ): Promise<WebhookEndpoint[]> {
    return (await webhookEndpoints(context, { accountId: accountId ?? null, allAccounts: allAccounts ?? null })).map(
      toWebhookEndpoint,
    )
  }

  @query('Outbound webhook deliveries of the last 30 days, newest first.', () => WebhookDeliveryConnection)
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Args(() => WebhookDeliveriesArgs) args: WebhookDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection> {
    const page = await webhookDeliveries(context, args, pageRequest(args, DELIVERIES_PER_PAGE))
    return toConnection(page, page.items.map(toWebhookDelivery))
  }

  @mutation(
    'Creates a webhook endpoint. Events are sent from now on. Requires an owner or admin of the account, or an operator.',
    () => WebhookEndpointCreated,
  )
  async createWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'URL and event types of the endpoint.', () => CreateWebhookEndpointInput)
    input: CreateWebhookEndpointInput,
  ): Promise<WebhookEndpointCreated> {
    return toEndpointCreated(await createWebhookEndpoint(context, input))
  }

  @mutation(
    'Enables or disables an endpoint, or changes its event types. Pending events are sent when it is enabled again.',
    () => WebhookEndpoint,
  )
  async updateWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
    @arg('enabled', 'Whether events are sent. Default: unchanged.', () => Boolean, { nullable: true })
    enabled?: boolean | null,
    @arg('types', 'Event types to send. Default: unchanged.', () => [String], { nullable: true }) types?:
      | string[]
      | null,
  ): Promise<WebhookEndpoint> {
    return toWebhookEndpoint(
      await updateWebhookEndpoint(context, { id, enabled: enabled ?? null, types: types ?? null }),
    )
  }

  @mutation('Deletes a webhook endpoint with its delivery log.', () => WebhookEndpoint)
  async deleteWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
  ): Promise<WebhookEndpoint> {
    return toWebhookEndpoint(await deleteWebhookEndpoint(context, id))
  }

  @mutation(
    'Issues a new secret for an endpoint. The old one also signs during the overlap.',
    () => WebhookEndpointCreated,
  )
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
    @arg('overlapSeconds', 'Seconds during which both secrets sign, at most seven days. Default: one day.', () => Int, {
      nullable: true,
      defaultValue: DAY,
    })
    overlapSeconds?: number | null,
  ): Promise<WebhookEndpointCreated> {
    return toEndpointCreated(await rotateWebhookSecret(context, id, overlapSeconds ?? DAY))
  }

  @mutation('Sends one event of the type `webhook.test`, even if the endpoint is disabled.', () => WebhookDelivery)
  async testWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
  ): Promise<WebhookDelivery> {
    return toWebhookDelivery(await testWebhookEndpoint(context, id))
  }

  @mutation(
    'Sends an event again under the same ID. A dead letter is retried for another three days.',
    () => WebhookDelivery,
  )
  async replayDelivery(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the delivery, from `webhookDeliveries`.', () => ID) id: string,
  ): Promise<WebhookDelivery> {
    return toWebhookDelivery(await replayDelivery(context, id))
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @fieldResolver('Endpoint of the delivery.', () => WebhookEndpoint)
  async endpoint(@Ctx() context: RequestContext, @Root() delivery: WebhookDelivery): Promise<WebhookEndpoint> {
    return toWebhookEndpoint((await context.loaders.webhookEndpoint.load(delivery.endpointId))!)
  }
}
