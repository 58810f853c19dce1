import type { Fetch } from '@stackgate/client'

/** A request that a client sent. */
export interface SentRequest {
  readonly at: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown> | Record<string, unknown>[]
}

export type Respond = (request: SentRequest, index: number) => Response | Promise<Response>

/** A function in place of `fetch`, with the requests that it received. */
export function fakeFetch(
  now: () => number,
  respond: Respond,
): { readonly fetch: Fetch; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = []
  const fetch: Fetch = (_, { headers, body, signal }) => {
    const request = {
      at: now(),
      headers: headers as Record<string, string>,
      body: JSON.parse(body as string) as SentRequest['body'],
    }
    sent.push(request)
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
      Promise.resolve()
        .then(() => respond(request, sent.length - 1))
        .then(resolve, reject)
    })
  }
  return { fetch, sent }
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

export const failed = (code: string, status: number, headers: Record<string, string> = {}): Response =>
  json({ errors: [{ message: code, extensions: { code } }] }, status, headers)
