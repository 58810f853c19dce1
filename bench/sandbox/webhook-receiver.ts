import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'

/** Real endpoint that verifies every webhook with the real SDK before it responds. */
export interface WebhookReceiver {
  readonly url: string
  /** Number of verified events by type. */
  readonly counts: ReadonlyMap<string, number>
  /** Number of requests that could not be verified. */
  readonly refused: () => number
  close(): Promise<void>
}

/** Starts an endpoint that knows a secret. */
export async function startWebhookReceiver(secret: string): Promise<WebhookReceiver> {
  const counts = new Map<string, number>()
  let refused = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      try {
        const signature = String(request.headers['stripe-signature'])
        const { type } = Stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, secret)
        counts.set(type, (counts.get(type) ?? 0) + 1)
        response.writeHead(200).end()
      } catch {
        refused += 1
        response.writeHead(400).end()
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    counts,
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
