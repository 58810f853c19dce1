import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from './test-server.js'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js'

export const CREATE_ENDPOINT = `mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { __typename
  ... on CreateWebhookEndpointPayload { secret endpoint { id url types enabled allAccounts } }
  ... on Refused { code message field issues { path } } } }`
export const DELIVERIES = `query ($id: ID) { webhookDeliveries(webhookEndpointId: $id) { nodes {
  id eventId type status attempts lastStatusCode lastError nextAttemptAt deliveredAt payload recentAttempts { statusCode error durationMs } endpoint { id } } } }`

export interface Delivery {
  id: string
  eventId: string
  type: string
  status: string
  attempts: number
  lastStatusCode: number | null
  lastError: string | null
  nextAttemptAt: string | null
  recentAttempts: { statusCode: number | null; error: string | null }[]
  payload: unknown
}

const ENDPOINT = `id url types description enabled disabledReason previousSecretUntil`
const REFUSED = `... on Refused { code message field issues { path } }`
const RESULTS = {
  updateWebhookEndpoint: `... on WebhookEndpoint { ${ENDPOINT} } ${REFUSED}`,
  deleteWebhookEndpoint: `... on DeleteWebhookEndpointPayload { deletedWebhookEndpointId }`,
  rotateWebhookSecret: `... on RotateWebhookSecretPayload { secret endpoint { ${ENDPOINT} } } ${REFUSED}`,
  testWebhookEndpoint: `... on WebhookDelivery { id status } ${REFUSED}`,
  replayDelivery: `... on WebhookDelivery { id eventId status attempts } ${REFUSED}`,
  replayDeliveries: `... on ReplayDeliveriesPayload { deliveryCount } ${REFUSED}`,
}
const KEYED: readonly string[] = ['rotateWebhookSecret', 'testWebhookEndpoint', 'replayDelivery', 'replayDeliveries']

export interface EndpointAnswer {
  readonly __typename?: string
  readonly code?: string
  readonly message?: string
  readonly id?: string
  readonly secret?: string
  readonly deliveryCount?: number
  readonly issues?: { path: string[] }[]
}

export interface TestEndpoint {
  readonly id: string
  readonly url: string
  readonly types: string[]
  readonly secret: string
}

/** A server, a receiver of its webhooks, and three callers: two users and an operator. */
export class WebhookFixture {
  private constructor(
    readonly server: TestServer,
    readonly receiver: WebhookReceiver,
    readonly ann: string,
    readonly bob: string,
    readonly admin: string,
  ) {}

  static async start(): Promise<WebhookFixture> {
    const server = await startTestServer({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    const receiver = await startWebhookReceiver()
    const ann = await server.token('ann@example.com')
    const bob = await server.token('bob@example.com')
    const admin = await server.token('ops@example.com', { roles: ['admin'] })
    for (const token of [ann, bob, admin]) await server.graphql('{ viewer { user { id } } }', {}, token)
    return new WebhookFixture(server, receiver, ann, bob, admin)
  }

  async close(): Promise<void> {
    await this.server.close()
    await this.receiver.close()
  }

  /** Deletes all endpoints and received requests. */
  async reset(): Promise<void> {
    this.receiver.received.length = 0
    this.receiver.answer = () => ({ status: 204 })
    await this.server.query(`delete from webhook_endpoint`)
  }

  /** Creates an endpoint at a path of the receiver. */
  async create(path: string, types: string[], token = this.ann, all = false): Promise<TestEndpoint> {
    const input = { url: `${this.receiver.url}${path}`, types, allAccounts: all, idempotencyKey: randomUUID() }
    const { data, errors } = await this.server.graphql<{
      createWebhookEndpoint: { secret: string; endpoint: { id: string; url: string; types: string[] } }
    }>(CREATE_ENDPOINT, { input }, token)
    if (errors || !data.createWebhookEndpoint.secret) throw new Error(JSON.stringify({ data, errors }))
    return { ...data.createWebhookEndpoint.endpoint, secret: data.createWebhookEndpoint.secret }
  }

  /** Calls a mutation about endpoints and deliveries with an input, and an idempotency key where one is needed. */
  async call(name: keyof typeof RESULTS, input: Record<string, unknown>, token = this.ann): Promise<EndpointAnswer> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const keyed = KEYED.includes(name) ? { idempotencyKey: randomUUID(), ...input } : input
    const { data, errors } = await this.server.graphql<{ answer: EndpointAnswer }>(
      `mutation ($input: ${type}!) { answer: ${name}(input: $input) { __typename ${RESULTS[name]} } }`,
      { input: keyed },
      token,
    )
    return errors ? { code: errors[0]!.extensions.code } : data.answer
  }

  async deliveries(id: string, token = this.ann): Promise<Delivery[]> {
    const { data } = await this.server.graphql<{ webhookDeliveries: { nodes: Delivery[] } }>(DELIVERIES, { id }, token)
    return data.webhookDeliveries.nodes
  }

  completed(id: string, until: (all: Delivery[]) => boolean, token = this.ann): Promise<Delivery[]> {
    return eventually(() => this.deliveries(id, token), until, 15_000)
  }

  /** Causes an event: an override for a user's account. */
  happen(email: string): Promise<unknown> {
    return this.server.graphql(
      `mutation ($account: ID!, $key: String!) { overrideEntitlement(input: { accountId: $account, feature: "deployments", amount: 3, reason: "goodwill", idempotencyKey: $key }) { __typename } }`,
      { account: `person:${email}`, key: randomUUID() },
      this.admin,
    )
  }
}
