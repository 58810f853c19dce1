import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import {
  CreateWebhookEndpointInput,
  CreateWebhookEndpointResult,
  DeleteWebhookEndpointInput,
  DeleteWebhookEndpointResult,
  ReplayDeliveriesInput,
  ReplayDeliveriesResult,
  ReplayDeliveryInput,
  ReplayDeliveryResult,
  RotateWebhookSecretInput,
  RotateWebhookSecretResult,
  TestWebhookEndpointInput,
  TestWebhookEndpointResult,
  UpdateWebhookEndpointInput,
  UpdateWebhookEndpointResult,
} from '#schema/identity/change-webhook-endpoint.type.js'
import {
  DELIVERY_COUNT,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookDeliveryCounts,
  WebhookDeliveryFilter,
  WebhookEndpoint,
} from '#schema/identity/webhook-endpoint.type.js'
import { webhookDeliveries } from '#services/identity/webhooks/webhook-deliveries.js'
import { webhookEndpoints } from '#services/identity/webhooks/webhook-endpoints.js'
import { createWebhookEndpoint } from '#services/identity/webhooks/create-webhook-endpoint.js'
import { deleteWebhookEndpoint } from '#services/identity/webhooks/delete-webhook-endpoint.js'
import { replayDeliveries } from '#services/identity/webhooks/replay-deliveries.js'
import { replayDelivery } from '#services/identity/webhooks/replay-delivery.js'
import { rotateWebhookSecret } from '#services/identity/webhooks/rotate-webhook-secret.js'
import { testWebhookEndpoint } from '#services/identity/webhooks/test-webhook-endpoint.js'
import { updateWebhookEndpoint } from '#services/identity/webhooks/update-webhook-endpoint.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toAccount } from './account.mapper.js'
import { toWebhookDelivery, toWebhookEndpoint } from './webhook-endpoint.mapper.js'

const DELIVERIES_PER_PAGE = 50
const EVERY = 'Return the endpoints that receive the events of all accounts. Operators only.'

@ArgsType()
class WebhookDeliveriesArgs extends twoWayPageArgs(DELIVERIES_PER_PAGE) {
  @field('Webhook endpoint ID. Default: all endpoints of the account.', () => ID, { nullable: true })
  webhookEndpointId?: string | null

  @field('Deliveries to return. Default: all.', () => WebhookDeliveryFilter, { nullable: true })
  filter?: WebhookDeliveryFilter | null

  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(EVERY, () => Boolean, { nullable: true, defaultValue: false })
  allAccounts?: boolean | null
}

@ArgsType()
class AccountDeliveriesArgs extends twoWayPageArgs(DELIVERIES_PER_PAGE) {
  @field('Webhook endpoint ID. Default: all endpoints of the account.', () => ID, { nullable: true })
  webhookEndpointId?: string | null

  @field('Deliveries to return. Default: all.', () => WebhookDeliveryFilter, { nullable: true })
  filter?: WebhookDeliveryFilter | null
}

@Resolver(() => Account)
export class AccountWebhooksResolver {
  @fieldResolver(
    'Webhook endpoints of the account. Requires an owner, an admin or an operator.',
    () => [WebhookEndpoint],
    { nullable: true },
  )
  async webhookEndpoints(@Ctx() context: RequestContext, @Root() account: Account): Promise<WebhookEndpoint[] | null> {
    return (await webhookEndpoints(context, { accountId: account.id })).map(toWebhookEndpoint)
  }

  @fieldResolver(
    'Outbound webhook deliveries of the last 30 days, newest first. Requires an owner, an admin or an operator.',
    () => WebhookDeliveryConnection,
    { nullable: true },
  )
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => AccountDeliveriesArgs) args: AccountDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection | null> {
    const { webhookEndpointId = null, filter = null } = args
    const request = { endpointId: webhookEndpointId, filter, accountId: account.id }
    const page = await webhookDeliveries(context, request, pageRequest(args, DELIVERIES_PER_PAGE))
    return toCountedConnection(page, page.items.map(toWebhookDelivery))
  }
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @query('Webhook endpoints of an account. Requires its owner, an admin or an operator.', () => [WebhookEndpoint], {
    nullable: true,
  })
  async webhookEndpoints(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId?: string | null,
    @arg('allAccounts', EVERY, () => Boolean, { nullable: true, defaultValue: false }) allAccounts?: boolean | null,
  ): Promise<WebhookEndpoint[] | null> {
    return (await webhookEndpoints(context, { accountId: accountId ?? null, allAccounts: allAccounts ?? null })).map(
      toWebhookEndpoint,
    )
  }

  @query('Outbound webhook deliveries of the last 30 days, newest first.', () => WebhookDeliveryConnection, {
    nullable: true,
  })
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Args(() => WebhookDeliveriesArgs) args: WebhookDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection | null> {
    const { webhookEndpointId = null, ...owner } = args
    const request = { ...owner, endpointId: webhookEndpointId }
    const page = await webhookDeliveries(context, request, pageRequest(args, DELIVERIES_PER_PAGE))
    return toCountedConnection(page, page.items.map(toWebhookDelivery))
  }

  @mutation(
    'Creates a webhook endpoint. Events are sent from now on. Requires an owner or admin of the account, or an operator.',
    () => CreateWebhookEndpointResult,
  )
  async createWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'URL and event types of the endpoint.', () => CreateWebhookEndpointInput)
    input: CreateWebhookEndpointInput,
  ): Promise<CreateWebhookEndpointResult> {
    const outcome = await createWebhookEndpoint(context, input)
    if ('denial' in outcome) return toDenial(context, outcome.denial)
    const { endpoint, secret } = outcome
    return { __typename: 'CreateWebhookEndpointPayload', endpoint: toWebhookEndpoint(endpoint), secret }
  }

  @mutation(
    'Changes an endpoint, or enables or disables it. Pending events are sent when it is enabled again.',
    () => UpdateWebhookEndpointResult,
  )
  async updateWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'Changes of the endpoint.', () => UpdateWebhookEndpointInput) input: UpdateWebhookEndpointInput,
  ): Promise<UpdateWebhookEndpointResult> {
    const outcome = await updateWebhookEndpoint(context, input)
    return 'denial' in outcome ? toDenial(context, outcome.denial) : toWebhookEndpoint(outcome)
  }

  @mutation(
    'Deletes a webhook endpoint. Its delivery log is kept for 30 days. Repeated calls have no effect.',
    () => DeleteWebhookEndpointResult,
  )
  async deleteWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'Endpoint to delete.', () => DeleteWebhookEndpointInput) input: DeleteWebhookEndpointInput,
  ): Promise<DeleteWebhookEndpointResult> {
    const { id } = await deleteWebhookEndpoint(context, input)
    return { __typename: 'DeleteWebhookEndpointPayload', deletedWebhookEndpointId: id }
  }

  @mutation(
    'Issues a new secret for an endpoint. The old one also signs during the overlap.',
    () => RotateWebhookSecretResult,
  )
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @arg('input', 'Endpoint and overlap.', () => RotateWebhookSecretInput) input: RotateWebhookSecretInput,
  ): Promise<RotateWebhookSecretResult> {
    const outcome = await rotateWebhookSecret(context, input)
    if ('denial' in outcome) return toDenial(context, outcome.denial)
    const { endpoint, secret } = outcome
    return { __typename: 'RotateWebhookSecretPayload', endpoint: toWebhookEndpoint(endpoint), secret }
  }

  @mutation(
    'Sends one event of the type `webhook.test`, even if the endpoint is disabled.',
    () => TestWebhookEndpointResult,
  )
  async testWebhookEndpoint(
    @Ctx() context: RequestContext,
    @arg('input', 'Endpoint that gets the event.', () => TestWebhookEndpointInput) input: TestWebhookEndpointInput,
  ): Promise<TestWebhookEndpointResult> {
    const outcome = await testWebhookEndpoint(context, input)
    return 'denial' in outcome ? toDenial(context, outcome.denial) : toWebhookDelivery(outcome)
  }

  @mutation(
    'Sends an event again under the same ID. A dead letter is retried for another three days.',
    () => ReplayDeliveryResult,
  )
  async replayDelivery(
    @Ctx() context: RequestContext,
    @arg('input', 'Delivery to send again.', () => ReplayDeliveryInput) input: ReplayDeliveryInput,
  ): Promise<ReplayDeliveryResult> {
    const outcome = await replayDelivery(context, input)
    return 'denial' in outcome ? toDenial(context, outcome.denial) : toWebhookDelivery(outcome)
  }
}

export const WebhookDeliveryCountResolver = countedResolver(WebhookDeliveryConnection, DELIVERY_COUNT)

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointFieldsResolver {
  @fieldResolver('Account of the endpoint. Null if it receives events of all accounts.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: WebhookEndpoint): Promise<Account | null> {
    const row = accountId === null ? null : await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver('Numbers of deliveries in the last 30 days.', () => WebhookDeliveryCounts)
  async deliveryCounts(
    @Ctx() context: RequestContext,
    @Root() { id }: WebhookEndpoint,
  ): Promise<WebhookDeliveryCounts> {
    const counts = await context.loaders.deliveryCounts.load(id)
    const of = (state: string) => counts.find((row) => row.state === state)?.count ?? 0
    return { pendingCount: of('PENDING'), deliveredCount: of('DELIVERED'), deadCount: of('DEAD') }
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @mutation(
    'Sends all matching events again under the same IDs, by default dead letters. Events of disabled endpoints wait until they are enabled.',
    () => ReplayDeliveriesResult,
  )
  async replayDeliveries(
    @Ctx() context: RequestContext,
    @arg('input', 'Deliveries to send again.', () => ReplayDeliveriesInput) input: ReplayDeliveriesInput,
  ): Promise<ReplayDeliveriesResult> {
    const outcome = await replayDeliveries(context, input)
    if ('denial' in outcome) return toDenial(context, outcome.denial)
    return { __typename: 'ReplayDeliveriesPayload', deliveryCount: outcome.count }
  }

  @fieldResolver('Body of the request.', () => JSONValue)
  async payload(@Ctx() context: RequestContext, @Root() { id, body }: WebhookDelivery): Promise<unknown> {
    const text = body ?? (await context.loaders.webhookDelivery.load(id))?.body
    return text === undefined ? {} : JSON.parse(text)
  }

  @fieldResolver('Endpoint of the delivery.', () => WebhookEndpoint)
  async endpoint(@Ctx() context: RequestContext, @Root() delivery: WebhookDelivery): Promise<WebhookEndpoint> {
    return toWebhookEndpoint((await context.loaders.webhookEndpoint.load(delivery.endpointId))!)
  }
}
