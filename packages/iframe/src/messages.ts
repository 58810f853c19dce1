/**
 * Messages between a page (the host) and the billing plugin in its frame, version 1. `docs/iframe.md` is the written
 * contract. Unknown fields are ignored, and everything else that does not fit is dropped.
 */

/** Version of the messages between host and plugin. */
export const MESSAGES_VERSION = 1

/** Origin of a page: scheme, host and port, without a path. The type excludes `*`, which would send a message to any page. */
export type Origin = `https://${string}` | `http://${string}`

/** Outcome with which the payment provider returned the buyer. A hint: only the server knows whether something was paid. */
export type BillingStatus = 'success' | 'cancel' | 'portal_return'

/** Plugin to host: the plugin listens. */
export interface PluginReady {
  readonly type: 'pluginReady'
  readonly pluginType: string
  readonly pluginId?: string
  /** True if the plugin sends `stripeCallbackReceived`. */
  readonly acks?: true
}

/** Host to plugin: the buyer has returned from the payment provider. */
export interface StripeCallback {
  readonly type: 'stripeCallback'
  readonly status: BillingStatus
  /** Session of the checkout at the provider. Only for `success`. */
  readonly sessionId?: string
}

/** Plugin to host: the callback has arrived and is not to be sent again. */
export interface StripeCallbackReceived {
  readonly type: 'stripeCallbackReceived'
  readonly status: BillingStatus
}

/** Plugin to host: the top window is to open this page of the payment provider. */
export interface StripeRedirect {
  readonly type: 'stripeRedirect'
  readonly url: string
  readonly requestId: string
}

/** Host to plugin: the top window is about to open the page. */
export interface StripeRedirectAccepted {
  readonly type: 'stripeRedirectAccepted'
  readonly requestId: string
}

/**
 * Reason of a refused redirect. `host`: the URL is not on the list of the host. `click`: the user has not clicked for
 * five seconds. `rate`: less than three seconds since the last redirect. `frame`: the host does not know the sender.
 */
export type RedirectRefusedReason = 'host' | 'click' | 'rate' | 'frame'

/** Host to plugin: the top window stays where it is. */
export interface StripeRedirectRefused {
  readonly type: 'stripeRedirectRefused'
  readonly requestId: string
  readonly reason: RedirectRefusedReason
}

/** Every message of the contract; `type` discriminates. */
export type BillingMessage =
  | PluginReady
  | StripeCallback
  | StripeCallbackReceived
  | StripeRedirect
  | StripeRedirectAccepted
  | StripeRedirectRefused

const STATUSES: readonly unknown[] = ['success', 'cancel', 'portal_return'] satisfies BillingStatus[]
const REASONS: readonly unknown[] = ['host', 'click', 'rate', 'frame'] satisfies RedirectRefusedReason[]
const MAX_URL_LENGTH = 8192
const MAX_NAME_LENGTH = 200

/** Returns true for the three outcomes that the payment provider returns with. */
export const isBillingStatus = (value: unknown): value is BillingStatus => STATUSES.includes(value)

/** Returns true for the ID of a checkout session: 1–255 letters, digits, `_` and `-`. */
export const isSessionId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,255}$/.test(value)

const isText = (value: unknown, maxLength = MAX_NAME_LENGTH): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= maxLength

/** Returns the message with its known fields, or null if the data is no message of the contract. */
export function parseMessage(data: unknown): BillingMessage | null {
  if (typeof data !== 'object' || data === null) return null
  const { type, pluginType, pluginId, acks, status, sessionId, url, requestId, reason } = data as Record<
    string,
    unknown
  >
  switch (type) {
    case 'pluginReady':
      if (!isText(pluginType) || (pluginId !== undefined && !isText(pluginId))) return null
      return { type, pluginType, ...(pluginId ? { pluginId } : {}), ...(acks === true ? { acks } : {}) }
    case 'stripeCallback':
      if (!isBillingStatus(status)) return null
      return { type, status, ...(status === 'success' && isSessionId(sessionId) ? { sessionId } : {}) }
    case 'stripeCallbackReceived':
      return isBillingStatus(status) ? { type, status } : null
    case 'stripeRedirect':
      return isText(url, MAX_URL_LENGTH) && isText(requestId) ? { type, url, requestId } : null
    case 'stripeRedirectAccepted':
      return isText(requestId) ? { type, requestId } : null
    case 'stripeRedirectRefused':
      if (!isText(requestId) || !REASONS.includes(reason)) return null
      return { type, requestId, reason: reason as RedirectRefusedReason }
    default:
      return null
  }
}

/**
 * Returns the origin of a URL, for example of `installation.parentOrigin` or of a variable of the build.
 *
 * @throws TypeError if the value is missing, is no http(s) URL, or contains `*`.
 */
export function parseOrigin(value: string | null | undefined): Origin {
  let origin = ''
  try {
    origin = new URL(value ?? '').origin
  } catch {
    // The check below names the value.
  }
  if (!/^https?:\/\/[^*]+$/.test(origin))
    throw new TypeError(`@stackgate/iframe: an origin such as https://app.example.com is needed, not ${String(value)}.`)
  return origin as Origin
}
