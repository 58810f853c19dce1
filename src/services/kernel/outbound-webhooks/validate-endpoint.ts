import { isIP } from 'node:net'
import type { Config } from '../config/config.js'
import { createAddressGuard, type AddressGuard } from '../outbound/address-guard.js'

const MAX_URL = 2_000

/**
 * Addresses that an endpoint can have. Private addresses are allowed for the operator's endpoints, and in the sandbox
 * for all, because the receiver runs on the developer's machine.
 */
export function addressGuardFor(
  config: Pick<Config, 'mode' | 'privateTargets'>,
  accountId: string | null,
): AddressGuard {
  return createAddressGuard(accountId === null || config.mode === 'sandbox' ? config.privateTargets : [])
}

/** The normalized URL of an endpoint, or why the address can never be called. */
export type EndpointUrl = { readonly url: string; readonly problem: null } | { readonly problem: string }

/**
 * Checks and normalizes the URL of an endpoint. The address that a host name resolves to is checked at each connection.
 */
export function readEndpointUrl(
  config: Pick<Config, 'mode' | 'privateTargets'>,
  accountId: string | null,
  text: string,
): EndpointUrl {
  const refuse = (problem: string) => ({ problem })
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) return refuse('url must be an https URL.')
  if (url.username || url.password) return refuse('url must not contain credentials.')
  const guard = addressGuardFor(config, accountId)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isOurs = accountId === null || config.mode === 'sandbox'
  const remedy = isOurs ? `; ALLOWED_PRIVATE_HOSTS=${host} in the environment of the server allows it` : ''
  const notPublic = refuse(`url must resolve to a public address${remedy}.`)
  if (isIP(host) && !guard.allowsAddress(host)) return notPublic
  if (host === 'localhost' && !guard.allowsHost(host) && !guard.allowsAddress('127.0.0.1')) return notPublic
  const isPublic = isIP(host) ? createAddressGuard([]).allowsAddress(host) : !guard.allowsHost(host)
  if (url.protocol === 'http:' && config.mode === 'live' && isPublic)
    return refuse('url must be an https URL in live mode.')
  url.hash = ''
  return { url: url.href, problem: null }
}
