import { isIP } from 'node:net'
import type { Config } from '../config/config.js'
import { LOOPBACK_HOSTS } from '../config/values.js'
import { createAddressGuard, type AddressGuard } from '../outbound/address-guard.js'

const MAX_URL = 2_000

type TargetConfig = Pick<Config, 'mode' | 'host' | 'privateTargets'>

const LOOPBACK_TARGETS = ['127.0.0.0/8', '::1', 'localhost']

/**
 * Addresses that an endpoint can have. Private addresses are allowed for the operator's endpoints, and in the sandbox
 * for all. A sandbox that serves only its own machine also sends to that machine, where the developer's receiver runs.
 */
export function addressGuardFor({ mode, host, privateTargets }: TargetConfig, accountId: string | null): AddressGuard {
  const isSandbox = mode === 'sandbox'
  return createAddressGuard([
    ...(isSandbox && LOOPBACK_HOSTS.includes(host) ? LOOPBACK_TARGETS : []),
    ...(isSandbox || accountId === null ? privateTargets : []),
  ])
}

/** The normalized URL of an endpoint, or why the address can never be called. */
export type EndpointUrl = { readonly url: string; readonly problem: null } | { readonly problem: string }

/**
 * Checks and normalizes the URL of an endpoint. The address that a host name resolves to is checked at each connection.
 */
export function readEndpointUrl(config: TargetConfig, accountId: string | null, text: string): EndpointUrl {
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
