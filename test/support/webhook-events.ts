import type { TestServer } from './test-server.js'
import { stripeSignature } from './signed-event.js'

export interface ListedEvent {
  id: string
  eventId: string
  status: string
  statusReason: string | null
  attemptCount: number
  effects: string[]
  payload: { type: string }
}

export const LIST = `query ($filter: WebhookEventFilter, $first: Int, $after: String) {
  webhookEvents(filter: $filter, first: $first, after: $after) {
    nodes { id eventId status statusReason attemptCount effects payload } pageInfo { hasNextPage endCursor } } }`

export const deliverEvent = async (server: TestServer, event: Record<string, unknown>) => {
  const body = JSON.stringify(event)
  const headers = { 'stripe-signature': stripeSignature(body, server.webhookSecret) }
  expect(
    (
      await server.rest('POST', '/webhooks/stripe', {
        body,
        headers: { 'content-type': 'application/json', ...headers },
      })
    ).status,
  ).toBe(200)
  return event['id'] as string
}

export const listEvents = async (server: TestServer, token: string, variables: Record<string, unknown> = {}) => {
  const answer = await server.graphql<{
    webhookEvents: { nodes: ListedEvent[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
  }>(LIST, variables, token)
  expect(answer.errors).toBeUndefined()
  return answer.data.webhookEvents
}
