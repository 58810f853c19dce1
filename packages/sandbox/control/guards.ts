import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** True if a bearer token is the sandbox's; compared in constant time, whatever its length. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return equalText(given, token)
}

/** Compares two texts in constant time. */
export function equalText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other))
}

/** True if the request names a loopback host. Other names that resolve to this machine (DNS rebinding) are rejected. */
export function isLoopbackHost(headers: IncomingHttpHeaders): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(headers.host ?? '')?.[1]
  return name !== undefined && LOOPBACK_NAMES.has(name.toLowerCase())
}

/** True if a form was posted from one of our own pages. Browsers always say where a post comes from. */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (headers.origin !== undefined) return headers.origin === `http://${headers.host}`
  return site !== undefined
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
