import { Args, ArgsType, Ctx, ID, Int, Resolver, Root } from 'type-graphql'
import { arg, field, fieldResolver, mutation, query } from '../../schema/kernel/decorators.js'
import { pageArgs } from '../../schema/kernel/page-args.js'
import {
  CreateWebhookEndpointInput,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookEndpoint,
  WebhookEndpointCreated,
} from '../../schema/identity/webhook-endpoint.type.js'
import { webhookDeliveries, webhookEndpoints } from '../../services/identity/webhooks/endpoint-access.js'
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  replayDelivery,
  rotateWebhookSecret,
  testWebhookEndpoint,
  updateWebhookEndpoint,
} from '../../services/identity/webhooks/manage-endpoints.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import type { RequestContext } from '../../context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toEndpointCreated, toWebhookDelivery, toWebhookEndpoint } from './webhook-endpoint.mapper.js'

const DELIVERIES_PER_PAGE = 50
const ACCOUNT = "Whose endpoints, by id or reference. Left out: the caller's current account."
const EVERY = 'For operators: the endpoints that are sent the events of every account.'
const ENDPOINT = 'The endpoint.'
const DAY = 86_400

@ArgsType()
class WebhookDeliveriesArgs extends pageArgs(DELIVERIES_PER_PAGE) {
  @field('Only what was sent to this endpoint. Left out: to all of the account.', () => ID, { nullable: true })
  endpointId?: string | null

  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field(EVERY, () => Boolean, { nullable: true, defaultValue: false })
  everyAccount?: boolean | null
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @query("Where an account's events are sent. For its owner and admins.", () => [WebhookEndpoint])
  async webhookEndpoints(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId?: string | null,
    @arg('everyAccount', EVERY, () => Boolean, { nullable: true, defaultValue: false }) everyAccount?: boolean | null,
  ): Promise<WebhookEndpoint[]> {
    return (await webhookEndpoints(context, { accountId: accountId ?? null, everyAccount: everyAccount ?? null })).map(
      toWebhookEndpoint,
    )
  }

  @query(
    'What was sent to endpoints and is on its way, newest first. Kept for 30 days.',
    () => WebhookDeliveryConnection,
  )
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Args(() => WebhookDeliveriesArgs) args: WebhookDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection> {
    const page = await webhookDeliveries(context, args, pageRequest(args, DELIVERIES_PER_PAGE))
    return toConnection(page, page.items.map(toWebhookDelivery))
  }

  @mutation(
    'Sends events to an address from now on. For the owner and admins of an account, and for operators.',
    () => WebhookEndpointCreated,
  )
  async createWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'Where to send which events.', () => CreateWebhookEndpointInput) input: CreateWebhookEndpointInput,
  ): Promise<WebhookEndpointCreated> {
    return toEndpointCreated(await createWebhookEndpoint(context, input))
  }

  @mutation(
    'Switches an endpoint on or off, or changes which events it is sent. What waited goes out when it is on again.',
    () => WebhookEndpoint,
  )
  async updateWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
    @arg('enabled', 'Whether events are sent. Left out: as it is.', () => Boolean, { nullable: true })
    enabled?: boolean | null,
    @arg('types', 'What it is sent. Left out: as it is.', () => [String], { nullable: true }) types?: string[] | null,
  ): Promise<WebhookEndpoint> {
    return toWebhookEndpoint(
      await updateWebhookEndpoint(context, { id, enabled: enabled ?? null, types: types ?? null }),
    )
  }

  @mutation('Deletes an endpoint, with the log of what was sent to it.', () => WebhookEndpoint)
  async deleteWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
  ): Promise<WebhookEndpoint> {
    return toWebhookEndpoint(await deleteWebhookEndpoint(context, id))
  }

  @mutation('Gives an endpoint a new secret; the old one signs as well for a while.', () => WebhookEndpointCreated)
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
    @arg('overlapSeconds', 'For how long both sign: at most seven days. Left out: a day.', () => Int, {
      nullable: true,
      defaultValue: DAY,
    })
    overlapSeconds?: number | null,
  ): Promise<WebhookEndpointCreated> {
    return toEndpointCreated(await rotateWebhookSecret(context, id, overlapSeconds ?? DAY))
  }

  @mutation(
    'Sends an event of the type `webhook.test`, once, also to an endpoint that is disabled.',
    () => WebhookDelivery,
  )
  async testWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('id', ENDPOINT, () => ID) id: string,
  ): Promise<WebhookDelivery> {
    return toWebhookDelivery(await testWebhookEndpoint(context, id))
  }

  @mutation(
    'Sends an event again, under the same id. What died is tried for another three days.',
    () => WebhookDelivery,
  )
  async replayDelivery(
    @Ctx() context: RequestContext,
    @arg('id', 'The delivery, as `webhookDeliveries` lists it.', () => ID) id: string,
  ): Promise<WebhookDelivery> {
    return toWebhookDelivery(await replayDelivery(context, id))
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @fieldResolver('Where it is sent.', () => WebhookEndpoint)
  async endpoint(@Ctx() context: RequestContext, @Root() delivery: WebhookDelivery): Promise<WebhookEndpoint> {
    return toWebhookEndpoint((await context.loaders.webhookEndpoint.load(delivery.endpointId))!)
  }
}
