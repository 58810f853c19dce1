import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Config } from '#services/kernel/config/config.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

/**
 * URLs to which the provider sends the buyer. The provider fills in `{CHECKOUT_SESSION_ID}`, which must not be
 * percent-encoded.
 */
export interface ReturnUrls {
  readonly successUrl: string
  readonly cancelUrl: string
}

export interface ReturnUrlRequest {
  readonly successUrl: string | null
  readonly cancelUrl: string | null
  /** The account's id in the parent application, for catalogs that live in its iframe. */
  readonly externalId: string
  readonly pluginId: string | null
}

const isLoopback = (hostname: string) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

/** Pure: by the catalog's policy, from the caller (allow list), from the parent's address, or from the catalog. */
export function decideReturnUrls(
  catalog: CatalogSnapshot,
  config: Config,
  request: ReturnUrlRequest,
): ReturnUrls | Refused {
  const policy = catalog.returnUrls
  if (policy.kind === 'client') return clientUrls(config, request)
  if (request.successUrl || request.cancelUrl)
    return refused('INVALID_RETURN_URL', 'Return URLs are fixed by the catalog and cannot be set.', {
      field: request.successUrl ? 'successUrl' : 'cancelUrl',
    })
  if (policy.kind === 'iframe') return iframeUrls(config, request)
  const absolute = (target: string) => keepPlaceholder(new URL(target, config.appUrl).href)
  return { successUrl: absolute(policy.success), cancelUrl: absolute(policy.cancel) }
}

function clientUrls(config: Config, request: ReturnUrlRequest): ReturnUrls | Refused {
  for (const field of ['successUrl', 'cancelUrl'] as const) {
    const given = request[field]
    if (given != null && !isAllowedReturnUrl(config, given))
      return refused(
        'INVALID_RETURN_URL',
        `The host of ${field} is not allowed. Ask the operator to add it to RETURN_URL_HOSTS.`,
        {
          field,
        },
      )
  }
  return {
    successUrl:
      request.successUrl ?? new URL('billing/return', config.publicUrl).href + '?session_id={CHECKOUT_SESSION_ID}',
    cancelUrl: request.cancelUrl ?? new URL('billing/return?cancelled=1', config.publicUrl).href,
  }
}

/** An absolute http(s) address without credentials or control characters, on a listed host. */
export function isAllowedReturnUrl(config: Config, given: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (
    given.length > 2048 ||
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
    /[\u0000-\u0020\\\u007f]/.test(given) ||
    !/^https?:\/\/[^/]/i.test(given) ||
    !URL.canParse(given)
  )
    return false
  const url = new URL(given)
  if (url.username || url.password) return false
  if (config.mode === 'sandbox' && isLoopback(url.hostname)) return true
  return config.returnUrlHosts.some((host) => host === url.host || host === url.hostname)
}

function iframeUrls(config: Config, request: ReturnUrlRequest): ReturnUrls | Refused {
  const page = iframePage(config, request)
  if (typeof page !== 'string') return page
  return {
    successUrl: `${page}?stripe_status=success&session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: `${page}?stripe_status=cancel`,
  }
}

/** A catalog that lives in another application's frame must know its address before the first buyer does. */
export function requireParentAddress(
  config: Pick<Config, 'mode' | 'parentAppUrl'>,
  { business, returnUrls }: Pick<CatalogSnapshot, 'business' | 'returnUrls'>,
): void {
  if (returnUrls.kind !== 'iframe' || config.mode === 'sandbox' || config.parentAppUrl) return
  throw new AppError(
    'CONFIGURATION',
    `PARENT_APP_URL: missing; the catalog ${business} lives in the frame of another application, whose address it is`,
  )
}

/** A value in the parent's path is exactly one segment, so that it cannot lead to another page of the parent. */
const SEGMENT = /^(?!\.{1,2}$)[\w.~-]{1,200}$/

/** The parent application's page of an account, in whose frame a plugin lives. */
export function iframePage(
  config: Config,
  request: Pick<ReturnUrlRequest, 'externalId' | 'pluginId'>,
): string | Refused {
  if (request.pluginId !== null && !SEGMENT.test(request.pluginId))
    return refused('INVALID_RETURN_URL', 'pluginId may contain only letters, digits, dots, dashes and underscores.', {
      field: 'pluginId',
    })
  if (/^\.{1,2}$/.test(request.externalId))
    return refused('INVALID_RETURN_URL', 'The account has no page in the parent application.', { field: 'accountId' })
  const parent = (config.parentAppUrl ?? config.appUrl).href.replace(/\/$/, '')
  const plugin = request.pluginId !== null ? `plugin/${encodeURIComponent(request.pluginId)}/` : ''
  return `${parent}/c/${encodeURIComponent(request.externalId)}/${plugin}`
}

const keepPlaceholder = (url: string) => url.replace(/%7BCHECKOUT_SESSION_ID%7D/gi, '{CHECKOUT_SESSION_ID}')
