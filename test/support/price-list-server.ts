import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Respond = (request: IncomingMessage, response: ServerResponse) => void

/** A server of a public price list, whose response a test sets. */
export interface PriceListServer {
  readonly url: string
  /** Number of requests. */
  requests: number
  respond: Respond
  close(): Promise<void>
}

export async function startPriceListServer(): Promise<PriceListServer> {
  const state: { requests: number; respond: Respond } = {
    requests: 0,
    respond: (_request, response) => void response.writeHead(503).end(),
  }
  const server = createServer((request, response) => {
    state.requests++
    state.respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api.json`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** Responds with a document and an entity tag, and with 304 to a request that has it. */
export const respondWith =
  (document: object | string, tag = ''): Respond =>
  (request, response) => {
    if (tag && request.headers['if-none-match'] === tag) return void response.writeHead(304).end()
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    response.writeHead(200, { 'content-type': 'application/json', ...(tag && { etag: tag }) }).end(text)
  }
