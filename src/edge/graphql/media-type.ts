import Negotiator from 'negotiator'

/** The two GraphQL media types, and `none` if the client accepts neither. */
export type MediaType = 'application/json' | 'application/graphql-response+json' | 'none'

const offered = ['application/json', 'application/graphql-response+json']
const remembered = new Map<string, MediaType>()
const maxCached = 200

/** Media type that the client prefers. Clients send few different headers, so results are cached. */
export function mediaTypeFor(accept: string | undefined): MediaType {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'application/json'
  const known = remembered.get(accept)
  if (known) return known
  const chosen = (new Negotiator({ headers: { accept } }).mediaType(offered) ?? 'none') as MediaType
  if (remembered.size < maxCached) remembered.set(accept, chosen)
  return chosen
}

/** True if the client is a browser that opens the address as a page. */
export function wantsPage(accept: string | undefined): boolean {
  if (!accept?.includes('text/html')) return false
  return new Negotiator({ headers: { accept } }).mediaType([...offered, 'text/html']) === 'text/html'
}

/** True if the client wants the results as Server-Sent Events. */
export function wantsEvents(accept: string | undefined): boolean {
  if (!accept?.includes('text/event-stream')) return false
  return new Negotiator({ headers: { accept } }).mediaType([...offered, 'text/event-stream']) === 'text/event-stream'
}
