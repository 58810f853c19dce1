import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Stripe } from 'stripe'

/** HTTP server that receives webhooks. It verifies each with the real SDK and returns the configured response. */
export interface Receiver {
  url: string
  port: number
  secret: string
  /** Verified events, in order of arrival. */
  events: Stripe.Event[]
  /** Number of requests, verified or not. */
  requests: number
  /** Requests, verified or not: the bytes as text, and their signature. */
  attempts: { body: string; signature: string }[]
  /** Sets the delay of the following responses in milliseconds. */
  answerAfter: (milliseconds: number) => void
  /** Sets the status of the following responses. */
  answerWith: (status: number) => void
  close: () => Promise<void>
}

/** Starts a receiver; `port` 0 takes any free one. */
export async function startReceiver(secret = 'whsec_receiver', port = 0): Promise<Receiver> {
  let status = 200
  let pause = 0
  const server = createServer((request, response) => {
    void take(request, response)
  })
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request)
    receiver.requests += 1
    const signature = String(request.headers['stripe-signature'])
    receiver.attempts.push({ body: body.toString('utf8'), signature })
    if (pause > 0) await sleep(pause)
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
    attempts: [],
    answerAfter: (milliseconds) => {
      pause = milliseconds
    },
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
