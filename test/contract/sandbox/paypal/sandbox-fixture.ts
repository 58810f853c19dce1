import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SandboxOptions } from '@stackgate/sandbox/sandbox.js'
import { payPalEnv, PAYPAL_WEBHOOK_ID } from '#test/support/paypal.js'
import { startSandboxFixture, type SandboxFixture } from '../support/sandbox-fixture.js'

// Responses are read without types, because PayPal's schemas have checked their shape.
// oxlint-disable-next-line no-explicit-any
type Json = Record<string, any>

/** A delivery as it came: exact text and headers. */
export interface Arrival {
  body: string
  event: Json
  headers: Record<string, string>
}

/** Sandbox called as PayPal, and a server that receives PayPal's webhooks. */
export interface PayPalFixture extends SandboxFixture {
  arrivals: Arrival[]
  /** The types of the events that arrived, in order. */
  types: () => string[]
  /** Sets the status of the following responses to webhooks. */
  answerWith: (status: number) => void
  /** Calls PayPal's API with a token. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<PayPalResponse>
  webhookId: string
}

/** PayPal's response. */
export interface PayPalResponse {
  status: number
  headers: Headers
  body: Json
}

/** Starts all of it; nothing is shared with other tests. */
export async function startPayPalFixture(options: Partial<SandboxOptions> = {}): Promise<PayPalFixture> {
  const arrivals: Arrival[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      arrivals.push({ body, event: JSON.parse(body) as Json, headers: request.headers as Record<string, string> })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/paypal`
  const bench = await startSandboxFixture({ payPalWebhook: { url, id: PAYPAL_WEBHOOK_ID }, ...options })
  const token = await payPalToken(bench.sandbox.url)
  return {
    ...bench,
    arrivals,
    types: () => arrivals.map(({ event }) => event['event_type'] as string),
    answerWith: (next) => {
      status = next
    },
    call: (method, path, body, headers = {}) =>
      ask(`${bench.sandbox.url}/paypal${path}`, method, body, { authorization: `Bearer ${token}`, ...headers }),
    webhookId: PAYPAL_WEBHOOK_ID,
    close: async () => {
      await bench.close()
      await new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
    },
  }
}

/** An access token, as a client gets it. */
export async function payPalToken(sandboxUrl: string): Promise<string> {
  const env = payPalEnv(sandboxUrl)
  const basic = Buffer.from(`${env['PAYPAL_CLIENT_ID']}:${env['PAYPAL_CLIENT_SECRET']}`).toString('base64')
  const response = await fetch(`${sandboxUrl}/paypal/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  })
  return ((await response.json()) as { access_token: string }).access_token
}

/** One HTTP call, with a JSON body where there is one. */
export async function ask(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<PayPalResponse> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Json }
}
