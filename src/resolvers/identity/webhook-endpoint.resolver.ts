import { mutationArgs, keyedInput } from '#schema/kernel/mutation-arguments.js'
import {
  WebhookEndpointPayload,
  CreateWebhookEndpointInput,
  DeleteWebhookEndpointArgs,
  ReplayDeliveriesInput,
  ReplayDeliveryArgs,
  RotateWebhookSecretArgs,
  TestWebhookEndpointArgs,
  UpdateWebhookEndpointArgs,
} from '#schema/identity/change-webhook-endpoint.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import {
  WebhookDeliveryPayload,
  DELIVERY_COUNT,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookDeliveryCounts,
  WebhookDeliveryFilter,
  WebhookDeliveryPeriod,
  WebhookEndpoint,
} from '#schema/identity/webhook-endpoint.type.js'
import { ReplayPayload } from '#schema/kernel/replay-payload.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { AccountAccess } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { personal } from '#schema/kernel/personal.js'
import { requires } from '#schema/kernel/requires.js'
import { twoWayPageArgs } from '#schema/kernel/page-args.js'
import { DateTime, JSONValue } from '#schema/kernel/scalars.js'
import { MetricInterval } from '#schema/kernel/metric-interval.js'
import { deliveryHistory } from '#services/identity/webhooks/delivery-history.js'
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
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toAccount } from './account.mapper.js'
import { toWebhookDelivery, toWebhookEndpoint } from './webhook-endpoint.mapper.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { auditedEndpoint } from '#services/identity/audit/identity-audited.js'

const DELIVERIES_PER_PAGE = 50

@ArgsType()
class WebhookDeliveriesArgs extends twoWayPageArgs(DELIVERIES_PER_PAGE) {
  @field('Webhook endpoint ID. Default: all endpoints.', () => ID, { nullable: true })
  webhookEndpointId?: string | null

  @field('Deliveries to return. Default: all.', () => WebhookDeliveryFilter, { nullable: true })
  filter?: WebhookDeliveryFilter | null
}

@ArgsType()
class DeliveryHistoryArgs {
  @field('Periods by which deliveries are counted.', () => MetricInterval, { defaultValue: 'DAY' })
  interval!: MetricInterval

  @field(
    'Start of the range, inclusive (machine clock). Default: 30 days ago. Maximum 1,000 periods.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null
}

async function deliveriesOf(
  context: RequestContext,
  owner: Pick<Parameters<typeof webhookDeliveries>[1], 'accountId' | 'allAccounts'>,
  { webhookEndpointId = null, filter = null, ...args }: WebhookDeliveriesArgs,
): Promise<WebhookDeliveryConnection> {
  const request = { ...owner, endpointId: webhookEndpointId, filter }
  const page = await webhookDeliveries(context, request, pageRequest(args, DELIVERIES_PER_PAGE))
  return toCountedConnection(page, page.items.map(toWebhookDelivery))
}

@Resolver(() => AccountAccess)
export class AccountWebhooksResolver {
  @fieldResolver('Webhook endpoints of the account.', () => [WebhookEndpoint])
  async webhookEndpoints(@Ctx() context: RequestContext, @Root() account: AccountAccess): Promise<WebhookEndpoint[]> {
    return (await webhookEndpoints(context, { accountId: account.id })).map(toWebhookEndpoint)
  }

  @fieldResolver('Outbound webhook deliveries of the last 30 days, newest first.', () => WebhookDeliveryConnection)
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Root() account: AccountAccess,
    @Args(() => WebhookDeliveriesArgs) args: WebhookDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection> {
    return deliveriesOf(context, { accountId: account.id }, args)
  }
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @query('Webhook endpoints that receive the events of all accounts.', () => [WebhookEndpoint], { nullable: true })
  @requires('OPS_WRITE')
  async webhookEndpoints(@Ctx() context: RequestContext): Promise<WebhookEndpoint[]> {
    return (await webhookEndpoints(context, { allAccounts: true })).map(toWebhookEndpoint)
  }

  @query('Deliveries of the last 30 days to these endpoints, newest first.', () => WebhookDeliveryConnection, {
    nullable: true,
  })
  @requires('OPS_WRITE')
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Args(() => WebhookDeliveriesArgs) args: WebhookDeliveriesArgs,
  ): Promise<WebhookDeliveryConnection> {
    return deliveriesOf(context, { allAccounts: true }, args)
  }

  @mutation(
    'Creates a webhook endpoint. Events are sent from now on. Requires an owner or admin of the account, or an operator.',
    { payload: () => WebhookEndpointPayload, permissionOnObject: 'WEBHOOKS_MANAGE', moves: ACCESS },
  )
  async createWebhookEndpoint(
    @Ctx() context: RequestContext,
    @keyedInput('URL and event types of the endpoint.', () => CreateWebhookEndpointInput)
    input: CreateWebhookEndpointInput,
  ): Promise<WebhookEndpointPayload | Denied> {
    const outcome = await createWebhookEndpoint(context, input)
    if ('denial' in outcome) return outcome
    const { endpoint, secret } = outcome
    return { webhookEndpoint: toWebhookEndpoint(endpoint), secret }
  }

  @mutation('Changes an endpoint, or enables or disables it. Pending events are sent when it is enabled again.', {
    payload: () => WebhookEndpointPayload,
    permissionOnObject: 'WEBHOOKS_MANAGE',
    moves: ACCESS,
    repeats: 'The endpoint already has the values; its changes have no effect on money, permissions or people.',
    audited: auditedEndpoint,
  })
  updateWebhookEndpoint(
    @Ctx() context: RequestContext,
    @mutationArgs(() => UpdateWebhookEndpointArgs) input: UpdateWebhookEndpointArgs,
  ) {
    return unlessDenied(updateWebhookEndpoint(context, input), (outcome) => toWebhookEndpoint(outcome))
  }

  @mutation('Deletes a webhook endpoint. Its delivery log is kept for 30 days. Repeated calls have no effect.', {
    payload: () => DeletePayload,
    permissionOnObject: 'WEBHOOKS_MANAGE',
    moves: ACCESS,
    repeats: 'The endpoint is already deleted.',
    audited: auditedEndpoint,
  })
  async deleteWebhookEndpoint(
    @Ctx() context: RequestContext,
    @mutationArgs(() => DeleteWebhookEndpointArgs) input: DeleteWebhookEndpointArgs,
  ): Promise<DeletePayload | Denial> {
    const { id } = await deleteWebhookEndpoint(context, input)
    return { deletedId: id }
  }

  @mutation('Issues a new secret for an endpoint. The old one also signs during the overlap.', {
    payload: () => WebhookEndpointPayload,
    permissionOnObject: 'WEBHOOKS_MANAGE',
    moves: ACCESS,
    audited: auditedEndpoint,
  })
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RotateWebhookSecretArgs) input: RotateWebhookSecretArgs,
  ): Promise<WebhookEndpointPayload | Denied> {
    const outcome = await rotateWebhookSecret(context, input)
    if ('denial' in outcome) return outcome
    const { endpoint, secret } = outcome
    return { webhookEndpoint: toWebhookEndpoint(endpoint), secret }
  }

  @mutation('Sends one event of the type `webhook.test`, even if the endpoint is disabled.', {
    payload: () => WebhookDeliveryPayload,
    permissionOnObject: 'WEBHOOKS_MANAGE',
    moves: ACCESS,
  })
  testWebhookEndpoint(
    @Ctx() context: RequestContext,
    @mutationArgs(() => TestWebhookEndpointArgs) input: TestWebhookEndpointArgs,
  ) {
    return unlessDenied(testWebhookEndpoint(context, input), (outcome) => toWebhookDelivery(outcome))
  }

  @mutation('Sends an event again under the same ID. A dead letter is retried for another three days.', {
    payload: () => WebhookDeliveryPayload,
    permissionOnObject: 'WEBHOOKS_MANAGE',
    moves: ACCESS,
  })
  replayDelivery(@Ctx() context: RequestContext, @mutationArgs(() => ReplayDeliveryArgs) input: ReplayDeliveryArgs) {
    return unlessDenied(replayDelivery(context, input), (outcome) => toWebhookDelivery(outcome))
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

  @fieldResolver(
    'Deliveries over time up to now, earliest period first. The newest 10,000 deliveries are counted.',
    () => [WebhookDeliveryPeriod],
  )
  async deliveryHistory(
    @Ctx() context: RequestContext,
    @Root() { id }: WebhookEndpoint,
    @Args(() => DeliveryHistoryArgs) { interval, from }: DeliveryHistoryArgs,
  ): Promise<WebhookDeliveryPeriod[]> {
    return deliveryHistory(context, id, { interval, from: from ?? null })
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @mutation(
    'Sends all matching events again under the same IDs, by default dead letters. Events of disabled endpoints wait until they are enabled.',
    { payload: () => ReplayPayload, permissionOnObject: 'WEBHOOKS_MANAGE', moves: ACCESS },
  )
  async replayDeliveries(
    @Ctx() context: RequestContext,
    @keyedInput('Deliveries to send again.', () => ReplayDeliveriesInput) input: ReplayDeliveriesInput,
  ): Promise<ReplayPayload | Denied> {
    const outcome = await replayDeliveries(context, input)
    if ('denial' in outcome) return outcome
    return { matchedCount: outcome.count, replayedCount: input.dryRun ? 0 : outcome.count, remainingCount: 0 }
  }

  @fieldResolver('Body of the request.', () => JSONValue)
  @personal('masked')
  async payload(@Ctx() context: RequestContext, @Root() { id, body }: WebhookDelivery): Promise<unknown> {
    const text = body ?? (await context.loaders.webhookDelivery.load(id))?.body
    return text === undefined ? {} : JSON.parse(text)
  }

  @fieldResolver('Endpoint of the delivery.', () => WebhookEndpoint)
  async endpoint(@Ctx() context: RequestContext, @Root() delivery: WebhookDelivery): Promise<WebhookEndpoint> {
    return toWebhookEndpoint((await context.loaders.webhookEndpoint.load(delivery.endpointId))!)
  }
}
