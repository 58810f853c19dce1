import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface ReceivedWebhook {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Webhook receiver as a customer would write it: it records requests and returns the configured response. */
export interface WebhookReceiver {
  readonly url: string
  readonly received: ReceivedWebhook[]
  answer: (path: string) => { status: number; headers?: Record<string, string>; body?: string; hang?: boolean }
  /** Requests to a path, verified and parsed by the public library. Throws if a signature is invalid. */
  verified(
    secret: string,
    path?: string,
  ): { id: string; type: string; timestamp: string; data: Record<string, unknown> }[]
  close(): Promise<void>
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url!
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const { status, headers, body, hang } = receiver.answer(path)
      if (!hang) response.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: () => ({ status: 204 }),
    verified: (secret, path) =>
      received
        .filter((one) => path === undefined || one.path === path)
        .map(({ headers, body }) => ({
          id: String(headers['webhook-id']),
          ...(new Webhook(secret).verify(body, headers as Record<string, string>) as {
            type: string
            timestamp: string
            data: Record<string, unknown>
          }),
        })),
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return receiver
}
