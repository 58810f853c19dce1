import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Stripe } from 'stripe'

/** The application under test: it gives access while a subscription is paid. */
export interface Shop {
  readonly server: Server
  /** Status of each subscription, as the last webhook states it. */
  readonly subscriptions: ReadonlyMap<string, string>
}

/** Creates a shop. It rejects webhooks that the secret did not sign. */
export function createShop(stripe: Stripe, secret: () => string): Shop {
  const subscriptions = new Map<string, string>()
  const receive = async (request: IncomingMessage) => {
    const signature = request.headers['stripe-signature'] ?? ''
    const event = stripe.webhooks.constructEvent(await text(request), signature, secret())
    if (event.type === 'customer.subscription.created' || event.type === 'customer.subscription.updated')
      subscriptions.set(event.data.object.id, event.data.object.status)
  }
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(400).end(),
    )
  })
  return { server, subscriptions }
}
