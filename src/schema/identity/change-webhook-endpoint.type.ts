import { payloadType } from '../kernel/payload.js'
import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { DateTime } from '../kernel/scalars.js'
import { WebhookDeliveryStatus, WebhookEndpoint } from './webhook-endpoint.type.js'

const ENDPOINT_ID = 'ID of the webhook endpoint.'
/** Overlap of two secrets unless another one is requested, in seconds. */
const DEFAULT_OVERLAP_SECONDS = 86_400

@inputType('URL and event types of the endpoint.')
export class CreateWebhookEndpointInput extends Keyed {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Subscribe to events of all accounts and of the installation. Operators only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allAccounts?: boolean | null

  @field('Public HTTPS URL. Unique per account.', () => String)
  url!: string

  @field('Event types such as `subscription.activated`, groups such as `subscription.*`, or `*`. 1–50 entries.', () => [
    String,
  ])
  types!: readonly string[]

  @field('Description, at most 200 characters.', () => String, { nullable: true })
  description?: string | null
}

@inputType('Changes of a webhook endpoint. Omitted fields stay unchanged.')
export class WebhookEndpointChangesInput {
  @field('Whether events are sent. Default: unchanged.', () => Boolean, { nullable: true })
  enabled?: boolean | null

  @field('Public HTTPS URL. Pending events are sent to it as well. Default: unchanged.', () => String, {
    nullable: true,
  })
  url?: string | null

  @field('Event types to send. Default: unchanged.', () => [String], { nullable: true })
  types?: readonly string[] | null

  @field('Description, at most 200 characters. Null and an empty text remove it. Default: unchanged.', () => String, {
    nullable: true,
  })
  description?: string | null
}

@ArgsType()
export class UpdateWebhookEndpointArgs {
  @argument('id', ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @argument('input', 'Values to change.', () => WebhookEndpointChangesInput)
  changes!: WebhookEndpointChangesInput
}

@ArgsType()
export class DeleteWebhookEndpointArgs {
  @argument('id', ENDPOINT_ID, () => ID)
  webhookEndpointId!: string
}

@ArgsType()
export class RotateWebhookSecretArgs {
  @argument('id', ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @field('Seconds during which both secrets sign, at most seven days. Default: one day.', () => Int, {
    nullable: true,
    defaultValue: DEFAULT_OVERLAP_SECONDS,
  })
  overlapSeconds?: number | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class TestWebhookEndpointArgs {
  @argument('id', ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class ReplayDeliveryArgs {
  @argument('id', 'ID of the delivery, from `webhookDeliveries`.', () => ID)
  deliveryId!: string

  @keyArgument()
  idempotencyKey!: string
}

@inputType('Webhook deliveries to send again.')
export class ReplayDeliveriesInput extends Keyed {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Replay deliveries of the endpoints that receive the events of all accounts. Operators only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allAccounts?: boolean | null

  @field('ID of the webhook endpoint. Default: all endpoints of the account.', () => ID, { nullable: true })
  webhookEndpointId?: string | null

  @field('Statuses of the deliveries. Default: DEAD.', () => [WebhookDeliveryStatus], { nullable: true })
  statuses?: readonly WebhookDeliveryStatus[] | null

  @field('Event types such as `subscription.*`. Default: all.', () => [String], { nullable: true })
  types?: readonly string[] | null

  @field('Start of the time of creation, inclusive (machine clock). Default: all kept deliveries.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field('End of the time of creation, exclusive (machine clock). Default: now.', () => DateTime, { nullable: true })
  to?: Date | null

  @field('Whether the deliveries are only counted.', () => Boolean, { nullable: true, defaultValue: false })
  dryRun?: boolean | null
}

@payloadType('A webhook endpoint, with its signing secret when that is new.', 'webhookEndpoint')
export class WebhookEndpointPayload {
  @field('The endpoint.', () => WebhookEndpoint, { nullable: true })
  webhookEndpoint!: WebhookEndpoint | null

  @field('Signing secret. Returned once. Null if the secret did not change.', () => String, { nullable: true })
  secret!: string | null
}
