import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'

/** A real HTTP server that takes webhooks: it verifies each with the real SDK and answers what it is told to. */
export interface Receiver {
  url: string
  port: number
  secret: string
  /** Verified events, in order of arrival. */
  events: Stripe.Event[]
  /** How many requests came, verified or not. */
  requests: number
  /** The status of the following answers. */
  answerWith: (status: number) => void
  close: () => Promise<void>
}

/** Starts a receiver; `port` 0 takes any free one. */
export async function startReceiver(secret = 'whsec_receiver', port = 0): Promise<Receiver> {
  let status = 200
  const server = createServer((request, response) => {
    void take(request, response)
  })
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request)
    receiver.requests += 1
    try {
      const event = Stripe.webhooks.constructEvent(body, request.headers['stripe-signature'] ?? '', secret)
      if (status < 300) receiver.events.push(event)
      response.writeHead(status, { location: '/elsewhere' }).end()
    } catch (error) {
      response.writeHead(400).end(String(error))
    }
  }
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const receiver: Receiver = {
    url: `http://127.0.0.1:${bound}/webhooks/stripe`,
    port: bound,
    secret,
    events: [],
    requests: 0,
    answerWith: (next) => {
      status = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
