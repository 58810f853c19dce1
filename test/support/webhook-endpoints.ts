import { mutationText, takesKey, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from './test-server.js'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js'

export const CREATE_ENDPOINT = `mutation ($input: CreateWebhookEndpointInput!, $key: String!) {
  createWebhookEndpoint(input: $input, key: $key) { __typename
    secret
    webhookEndpoint { __typename id url types enabled allAccounts }
    denial { __typename code message issues { path } }
  }
}`
const LIST = `webhookDeliveries(webhookEndpointId: $id) { nodes {
  id eventId type status attemptCount lastStatusCode lastError nextAttemptAt deliveredAt payload attempts { statusCode error durationSeconds } endpoint { id } } }`
/** Deliveries of an endpoint of the caller's account. */
export const DELIVERIES = `query ($id: ID) { account { access { ${LIST} } } }`
/** Deliveries of an endpoint of the installation. */
export const ALL_DELIVERIES = `query ($id: ID) { ${LIST} }`

export interface Delivery {
  id: string
  eventId: string
  type: string
  status: string
  attemptCount: number
  lastStatusCode: number | null
  lastError: string | null
  nextAttemptAt: string | null
  attempts: { statusCode: number | null; error: string | null }[]
  payload: unknown
}

interface Deliveries {
  readonly webhookDeliveries: { readonly nodes: Delivery[] }
}

const ENDPOINT = `id url types description enabled disabledReason previousSecretUntil`
const REFUSED = `denial { code message issues { path } }`
const RESULTS = {
  updateWebhookEndpoint: `webhookEndpoint { ${ENDPOINT} } ${REFUSED}`,
  deleteWebhookEndpoint: `deletedId`,
  rotateWebhookSecret: `secret webhookEndpoint { ${ENDPOINT} } ${REFUSED}`,
  testWebhookEndpoint: `webhookDelivery { id status } ${REFUSED}`,
  replayDelivery: `webhookDelivery { id eventId status attemptCount } ${REFUSED}`,
  replayDeliveries: `matchedCount replayedCount ${REFUSED}`,
}

export interface EndpointAnswer {
  readonly __typename?: string
  readonly code?: string
  readonly message?: string
  readonly id?: string
  readonly secret?: string
  readonly matchedCount?: number
  readonly replayedCount?: number
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
      createWebhookEndpoint: { secret: string; webhookEndpoint: { id: string; url: string; types: string[] } }
    }>(CREATE_ENDPOINT, variablesOf('createWebhookEndpoint', input), token)
    if (errors || !data.createWebhookEndpoint.secret) throw new Error(JSON.stringify({ data, errors }))
    return { ...data.createWebhookEndpoint.webhookEndpoint, secret: data.createWebhookEndpoint.secret }
  }

  /** Calls a mutation about endpoints and deliveries with an input, and an idempotency key where one is needed. */
  async call(name: keyof typeof RESULTS, input: Record<string, unknown>, token = this.ann): Promise<EndpointAnswer> {
    const keyed = takesKey(name) ? { key: randomUUID(), ...input } : input
    const { data, errors } = await this.server.graphql<{ answer: EndpointAnswer }>(
      mutationText(name, RESULTS[name], 'answer'),
      variablesOf(name, keyed),
      token,
    )
    return errors ? { code: errors[0]!.extensions.code } : data.answer
  }

  async deliveries(id: string, token = this.ann): Promise<Delivery[]> {
    if (token === this.admin) {
      const { data } = await this.server.graphql<Deliveries>(ALL_DELIVERIES, { id }, token)
      return data.webhookDeliveries.nodes
    }
    const { data } = await this.server.graphql<{ account: { access: Deliveries } }>(DELIVERIES, { id }, token)
    return data.account.access.webhookDeliveries.nodes
  }

  completed(id: string, until: (all: Delivery[]) => boolean, token = this.ann): Promise<Delivery[]> {
    return eventually(() => this.deliveries(id, token), until, 15_000)
  }

  /** Causes an event: an override for a user's account. */
  happen(email: string): Promise<unknown> {
    return this.server.graphql(
      `mutation ($account: ID!, $key: String!) { setTerms(input: { accountId: $account, feature: "deployments", amount: 3, reason: "goodwill" }, key: $key) { denial { code } } }`,
      { account: `person:${email}`, key: randomUUID() },
      this.admin,
    )
  }
}
