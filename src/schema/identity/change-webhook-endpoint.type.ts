import { ID, Int } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY, SECRET_IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint } from './webhook-endpoint.type.js'

const ENDPOINT_ID = 'ID of the webhook endpoint.'
const SECRET = "Signing secret (`whsec_…`) for the receiver's library. Returned once."
/** Overlap of two secrets unless another one is requested, in seconds. */
const DEFAULT_OVERLAP_SECONDS = 86_400

@inputType('URL and event types of the endpoint.')
export class CreateWebhookEndpointInput {
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

  @field(SECRET_IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('A new webhook endpoint with its signing secret.')
export class CreateWebhookEndpointPayload {
  readonly __typename!: 'CreateWebhookEndpointPayload'

  @field('The created endpoint.', () => WebhookEndpoint)
  endpoint!: WebhookEndpoint

  @field(SECRET, () => String)
  secret!: string
}

export const CreateWebhookEndpointResult = unionType(
  'CreateWebhookEndpointResult',
  'The endpoint with its secret, or a denial.',
  () => [CreateWebhookEndpointPayload, Refused],
)
export type CreateWebhookEndpointResult = CreateWebhookEndpointPayload | Refused

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

@inputType('Webhook endpoint to change.')
export class UpdateWebhookEndpointInput {
  @field(ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @field('Values to change.', () => WebhookEndpointChangesInput)
  changes!: WebhookEndpointChangesInput
}

export const UpdateWebhookEndpointResult = unionType(
  'UpdateWebhookEndpointResult',
  'The changed endpoint, or a denial.',
  () => [WebhookEndpoint, Refused],
)
export type UpdateWebhookEndpointResult = WebhookEndpoint | Refused

@inputType('Webhook endpoint to delete.')
export class DeleteWebhookEndpointInput {
  @field(ENDPOINT_ID, () => ID)
  webhookEndpointId!: string
}

@objectType('A deleted webhook endpoint.')
export class DeleteWebhookEndpointPayload {
  readonly __typename!: 'DeleteWebhookEndpointPayload'

  @field('ID of the deleted endpoint.', () => ID)
  deletedWebhookEndpointId!: string
}

export const DeleteWebhookEndpointResult = unionType('DeleteWebhookEndpointResult', 'The deleted endpoint.', () => [
  DeleteWebhookEndpointPayload,
])
export type DeleteWebhookEndpointResult = DeleteWebhookEndpointPayload

@inputType('Webhook endpoint that gets a new secret.')
export class RotateWebhookSecretInput {
  @field(ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @field('Seconds during which both secrets sign, at most seven days. Default: one day.', () => Int, {
    nullable: true,
    defaultValue: DEFAULT_OVERLAP_SECONDS,
  })
  overlapSeconds?: number | null

  @field(SECRET_IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('A webhook endpoint with its new signing secret.')
export class RotateWebhookSecretPayload {
  readonly __typename!: 'RotateWebhookSecretPayload'

  @field('The endpoint of the secret.', () => WebhookEndpoint)
  endpoint!: WebhookEndpoint

  @field(SECRET, () => String)
  secret!: string
}

export const RotateWebhookSecretResult = unionType(
  'RotateWebhookSecretResult',
  'The endpoint with its new secret, or a denial.',
  () => [RotateWebhookSecretPayload, Refused],
)
export type RotateWebhookSecretResult = RotateWebhookSecretPayload | Refused

@inputType('Webhook endpoint that gets a test event.')
export class TestWebhookEndpointInput {
  @field(ENDPOINT_ID, () => ID)
  webhookEndpointId!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const TestWebhookEndpointResult = unionType(
  'TestWebhookEndpointResult',
  'The delivery of the test event, or a denial.',
  () => [WebhookDelivery, Refused],
)
export type TestWebhookEndpointResult = WebhookDelivery | Refused

@inputType('Webhook delivery to send again.')
export class ReplayDeliveryInput {
  @field('ID of the delivery, from `webhookDeliveries`.', () => ID)
  deliveryId!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const ReplayDeliveryResult = unionType('ReplayDeliveryResult', 'The pending delivery, or a denial.', () => [
  WebhookDelivery,
  Refused,
])
export type ReplayDeliveryResult = WebhookDelivery | Refused

@inputType('Webhook deliveries to send again.')
export class ReplayDeliveriesInput {
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

  @field('Creation time of the oldest delivery (machine clock). Default: all kept deliveries.', () => DateTime, {
    nullable: true,
  })
  since?: Date | null

  @field('Whether the deliveries are only counted.', () => Boolean, { nullable: true, defaultValue: false })
  dryRun?: boolean | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('Deliveries that are sent again.')
export class ReplayDeliveriesPayload {
  readonly __typename!: 'ReplayDeliveriesPayload'

  @field('Number of deliveries that are sent again. With `dryRun`: that would be.', () => SafeInt)
  deliveryCount!: number
}

export const ReplayDeliveriesResult = unionType(
  'ReplayDeliveriesResult',
  'Number of deliveries that are sent again, or a denial.',
  () => [ReplayDeliveriesPayload, Refused],
)
export type ReplayDeliveriesResult = ReplayDeliveriesPayload | Refused
