import type { BillingStatus } from './messages.js'

/**
 * Departure of the top window to the payment provider, stored in the `sessionStorage` of the host. A return counts
 * only if there is one for the page: an address that somebody else wrote has none.
 */
export interface Departure {
  /** Time in milliseconds since 1970. */
  readonly at: number
  /** Page of the community from which the window left (`pageOf`). */
  readonly page: string
  readonly pluginType: string
  /** Position of the plugin among those of its type. */
  readonly position: number
}

/** Return that its plugin has not received yet. */
export interface PendingReturn extends Departure {
  /** Plugin that the path names. Null if it names none. */
  readonly pluginId: string | null
  readonly status: BillingStatus
  readonly sessionId: string | null
  /** Number of messages that were sent without an acknowledgment. */
  readonly attempts: number
}

/** Parameters that the payment provider's return adds to the URL. */
const PARAMETERS = ['stripe_status', 'session_id']
const MAX_AGE_MS = 24 * 60 * 60 * 1000

/**
 * Splits a path into the page of the community and the plugin: `/c/42/plugin/7/` is the page `/c/42` and the plugin
 * `7`. A path of another form is a page of its own.
 */
export function pageOf(pathname: string): { readonly page: string; readonly pluginId: string | null } {
  const [, page, pluginId] = /^(.*?\/c\/[^/]+)(?:\/plugin\/([^/]+))?(?:\/|$)/.exec(pathname) ?? []
  return { page: decode(page ?? pathname.replace(/\/+$/, '')), pluginId: pluginId ? decode(pluginId) : null }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Returns the query string without the parameters of a return. The others keep their place and their encoding. */
export function withoutReturn(search: string): string {
  const kept = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '' && !PARAMETERS.some((name) => new URLSearchParams(part).has(name)))
  return kept.length > 0 ? `?${kept.join('&')}` : ''
}

/** An object of the `sessionStorage` that is at most a day old. */
export interface Stored<Value extends { readonly at: number }> {
  read(): Value | null
  /** Null removes the object. */
  write(value: Value | null): void
}

/** Names an object of the `sessionStorage`. Where the browser denies the storage, `onError` is called and nothing is stored. */
export function stored<Value extends { readonly at: number }>(
  name: string,
  onError: (error: unknown) => void,
): Stored<Value> {
  const key = `stackgate:billing:${name}`
  return {
    read() {
      try {
        const value = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Value | null
        return value && Math.abs(Date.now() - value.at) <= MAX_AGE_MS ? value : null
      } catch (error) {
        onError(error)
        return null
      }
    },
    write(value) {
      try {
        if (value === null) sessionStorage.removeItem(key)
        else sessionStorage.setItem(key, JSON.stringify(value))
      } catch (error) {
        onError(error)
      }
    },
  }
}
