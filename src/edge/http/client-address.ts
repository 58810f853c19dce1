import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** True if the forwarded addresses of a peer are trusted. */
export type Trusts = (address: string) => boolean

/** Trusts proxies on this machine and those of the list: addresses, or ranges such as 10.0.0.0/8. */
export function trustedProxies(proxies: readonly string[] = []): Trusts {
  const ranges = proxies.map((proxy) =>
    ipaddr.isValidCIDR(proxy)
      ? ipaddr.parseCIDR(proxy)
      : ([ipaddr.parse(proxy), proxy.includes(':') ? 128 : 32] as [ipaddr.IPv4 | ipaddr.IPv6, number]),
  )
  return (address) => {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    if (parsed.range() === 'loopback') return true
    return ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits))
  }
}

/** The address of the client behind an upgrade request, by the same rule that the framework uses for requests. */
export function clientAddress(request: IncomingMessage, trusts: Trusts): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  if (!trusts(peer)) return peer
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
  const stranger = forwarded.map((address) => address.trim()).findLast((address) => address && !trusts(address))
  return stranger ?? peer
}
