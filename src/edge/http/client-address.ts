import type { IncomingMessage } from 'node:http'

/** Only a proxy on this machine is believed when it says for whom it speaks. */
export const trustedProxy = 'loopback'

const loopback = /^(::1|(::ffff:)?127\.)/

/** The address of the client behind an upgrade request, by the same rule that the framework uses for requests. */
export function clientAddress(request: IncomingMessage): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  if (!loopback.test(peer)) return peer
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
  const stranger = forwarded.map((address) => address.trim()).findLast((address) => address && !loopback.test(address))
  return stranger ?? peer
}
