import { isIP } from 'node:net'
import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector, type Dispatcher } from 'undici'

/** Rejected before any packet was sent: the address is not allowed. */
export class ForbiddenTarget extends Error {
  constructor() {
    super('the address is neither public nor listed in ALLOWED_PRIVATE_HOSTS')
  }
}

/** Non-public addresses that can be called: host names, addresses and ranges, for example 10.0.0.0/8. */
export interface AddressGuard {
  /** True if a host may be dialled whatever it resolves to. */
  allowsHost(host: string): boolean
  allowsAddress(address: string): boolean
}

/** The only IPv6 addresses that are routed in public. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
/** Prefixes within it that carry an IPv4 address, or are for documentation. */
const NOT_PUBLIC = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) => ipaddr.IPv6.parseCIDR(range))

/**
 * Returns true for a public address. An IPv6 address that embeds an IPv4 address (compatible, translated, NAT64, 6to4,
 * Teredo) is not, because its translator is unknown. A mapped one was converted to IPv4 before.
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv4) return true
  return address.match(GLOBAL_UNICAST) && !NOT_PUBLIC.some((range) => address.match(range))
}

export function createAddressGuard(privateTargets: readonly string[]): AddressGuard {
  const ranges = privateTargets.flatMap((target): [ipaddr.IPv4 | ipaddr.IPv6, number][] => {
    if (ipaddr.isValidCIDR(target)) return [ipaddr.parseCIDR(target)]
    return isIP(target) ? [[ipaddr.parse(target), target.includes(':') ? 128 : 32]] : []
  })
  const hosts = new Set(privateTargets.map((target) => target.toLowerCase()))
  return {
    allowsHost: (host) => hosts.has(host.toLowerCase()),
    allowsAddress(address) {
      if (!ipaddr.isValid(address)) return false
      const parsed = ipaddr.process(address)
      if (isPublic(parsed)) return true
      return ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits))
    },
  }
}

/**
 * Connections to allowed addresses only, kept alive and pooled per origin. The check is made on the connected address:
 * a name that resolves differently the second time gains nothing, and redirects are never followed.
 */
export function guardedPool(
  guard: AddressGuard,
  options: { connectMs: number; perOrigin: number; resolve?: Resolve },
): Dispatcher {
  const dial = buildConnector({
    timeout: options.connectMs,
    lookup: guardedLookup(guard, options.resolve ?? resolveName),
  })
  return new Agent({
    connections: options.perOrigin,
    keepAliveTimeout: 30_000,
    connect: (target, callback) => {
      const host = target.hostname.replace(/^\[|\]$/g, '')
      // Literal addresses are never looked up.
      if (isIP(host) && !guard.allowsAddress(host)) callback(new ForbiddenTarget(), null)
      else dial(target, callback)
    },
  })
}

/** Finds all addresses of a name, as the system does. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

type Resolved = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Rejects a host name unless all of its addresses are allowed. */
function guardedLookup(guard: AddressGuard, resolve: Resolve) {
  return (host: string, options: LookupOptions, callback: Resolved): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const allowed = guard.allowsHost(host) || addresses.every(({ address }) => guard.allowsAddress(address))
      const [first] = addresses
      if (!allowed || !first) return callback(new ForbiddenTarget(), [])
      if (options.all) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}
