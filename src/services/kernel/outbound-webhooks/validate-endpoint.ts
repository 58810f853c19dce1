import { isIP } from 'node:net'
import type { Config } from '../config/config.js'
import { AppError } from '../errors/app-error.js'
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

/**
 * The normalized URL of an endpoint. Throws if the address can never be called. The address that a host name resolves
 * to is checked at each connection.
 */
export function validateEndpointUrl(
  config: Pick<Config, 'mode' | 'privateTargets'>,
  accountId: string | null,
  text: string,
): string {
  const refuse = (message: string) => new AppError('BAD_USER_INPUT', message, { details: { field: 'url' } })
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw refuse('url must be an https URL.')
  if (url.username || url.password) throw refuse('url must not contain credentials.')
  const guard = addressGuardFor(config, accountId)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isOurs = accountId === null || config.mode === 'sandbox'
  const remedy = isOurs ? `; ALLOWED_PRIVATE_HOSTS=${host} in the environment of the server allows it` : ''
  const notPublic = refuse(`url must resolve to a public address${remedy}.`)
  if (isIP(host) && !guard.allowsAddress(host)) throw notPublic
  if (host === 'localhost' && !guard.allowsHost(host) && !guard.allowsAddress('127.0.0.1')) throw notPublic
  if (url.protocol === 'http:' && config.mode === 'live' && !guard.allowsHost(host) && !isIP(host))
    throw refuse('url must be an https URL in live mode.')
  if (url.protocol === 'http:' && config.mode === 'live' && isIP(host) && createAddressGuard([]).allowsAddress(host))
    throw refuse('url must be an https URL in live mode.')
  url.hash = ''
  return url.href
}
