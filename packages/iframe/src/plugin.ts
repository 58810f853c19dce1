import {
  parseMessage,
  parseOrigin,
  type BillingMessage,
  type BillingStatus,
  type Origin,
  type RedirectRefusedReason,
  type StripeCallback,
} from './messages.js'

export {
  MESSAGES_VERSION,
  parseOrigin,
  type BillingStatus,
  type Origin,
  type RedirectRefusedReason,
} from './messages.js'

/** Return from the payment provider. A hint: `confirmCheckout` says whether the checkout was paid, and by which account. */
export interface BillingCallback {
  readonly status: BillingStatus
  /** Session of the checkout at the provider. Only for `success`. */
  readonly sessionId?: string
}

/** The part of TanStack Query's `QueryClient` that the plugin uses. */
export interface BillingQueryClient {
  invalidateQueries(filters: { readonly queryKey: readonly unknown[] }): unknown
}

/** Options of `createBillingPlugin`. */
export interface BillingPluginOptions {
  /** Origin of the page around the plugin: `parseOrigin(installation.parentOrigin)`, or a variable of the build. */
  readonly parentOrigin: Origin
  /** Name of the plugin, which the host expects, for example `onboardingWizard`. */
  readonly pluginType: string
  /** ID of the plugin in the path of the host, if there are several of one type. */
  readonly pluginId?: string | undefined
  /** Called when the buyer has returned. Show the outcome here, after asking the server. May return a promise. */
  readonly onCallback: (callback: BillingCallback) => void | Promise<void>
  /** Its query `communityBillingInfo` is invalidated after `onCallback`. */
  readonly queryClient?: BillingQueryClient | undefined
  /** Shows a link to the page that only a click can open. Default: a link at the end of the body. */
  readonly onLink?: ((url: string, open: () => void) => void) | undefined
}

/**
 * Outcome of `redirect`. `leaving`: the top window opens the page. `link`: the browser or the host needs a click, so
 * that a link was shown. `refused`: the host does not open the page.
 */
export type RedirectOutcome =
  | { readonly outcome: 'leaving' }
  | { readonly outcome: 'link' }
  | { readonly outcome: 'refused'; readonly reason: RedirectRefusedReason }

/** Plugin's side of the contract; `createBillingPlugin` creates it. */
export interface BillingPlugin {
  /**
   * Opens a page of the payment provider in the top window. In a frame it asks the host; without an answer within one
   * second, it opens the page itself if the browser allows that.
   *
   * @throws TypeError if the URL is not absolute or its scheme is not http or https.
   */
  readonly redirect: (url: string) => Promise<RedirectOutcome>
  /** Stops listening, as soon as the redirects that have begun are answered. */
  readonly close: () => void
}

/** Times at which `pluginReady` is sent, in milliseconds, until the first message of the host. */
const ANNOUNCEMENTS_MS = [0, 250, 1000, 4000]
const ANSWER_MS = 1000
/** A message that the host repeats because it missed the acknowledgment arrives within this time. */
const REPEAT_MS = 10_000

let requests = 0

/**
 * Starts the plugin's part of the contract: announces itself to the host, receives the returns from the payment
 * provider, and asks the host to open the provider's pages. Messages of another origin or window are ignored. Needs a
 * browser: call it in an effect, not while rendering on a server.
 *
 * @throws TypeError if `parentOrigin` is missing, is `*`, or is no http(s) origin.
 */
export function createBillingPlugin(options: BillingPluginOptions): BillingPlugin {
  const { pluginType, pluginId, onCallback, queryClient } = options
  const parentOrigin = parseOrigin(options.parentOrigin)
  const isFramed = window.parent !== window
  const waiting = new Map<string, (answer: 'accepted' | RedirectRefusedReason) => void>()
  /** Times of the callbacks that were handed over. */
  const handled = new Map<string, number>()
  let isClosed = false

  const send = (message: BillingMessage) => window.parent.postMessage(message, parentOrigin)
  const announcements = isFramed
    ? ANNOUNCEMENTS_MS.map((ms) =>
        setTimeout(() => send({ type: 'pluginReady', pluginType, ...(pluginId ? { pluginId } : {}), acks: true }), ms),
      )
    : []

  async function receive({ status, sessionId }: StripeCallback): Promise<void> {
    send({ type: 'stripeCallbackReceived', status })
    const key = `${status} ${sessionId ?? ''}`
    // A session ends once. Without one, a later callback is that of another way to the provider.
    if (Date.now() - (handled.get(key) ?? -Infinity) < (sessionId ? Infinity : REPEAT_MS)) return
    handled.set(key, Date.now())
    try {
      await onCallback({ status, ...(sessionId ? { sessionId } : {}) })
    } finally {
      void queryClient?.invalidateQueries({ queryKey: ['communityBillingInfo'] })
    }
  }

  const onMessage = (event: MessageEvent) => {
    // A script of this page can state any source and origin in an event that it dispatches.
    if (!event.isTrusted || !isFramed || event.source !== window.parent || event.origin !== parentOrigin) return
    const message = parseMessage(event.data)
    if (!message) return
    announcements.forEach(clearTimeout)
    if (message.type === 'stripeCallback') {
      if (!isClosed) void receive(message)
    } else if (message.type === 'stripeRedirectAccepted') waiting.get(message.requestId)?.('accepted')
    else if (message.type === 'stripeRedirectRefused') waiting.get(message.requestId)?.(message.reason)
  }
  addEventListener('message', onMessage)
  const stopListening = () => {
    if (isClosed && waiting.size === 0) removeEventListener('message', onMessage)
  }

  function ask(url: string): Promise<'accepted' | RedirectRefusedReason | null> {
    const requestId = `${Date.now().toString(36)}-${++requests}`
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(null), ANSWER_MS)
      const done = (answer: 'accepted' | RedirectRefusedReason | null) => {
        clearTimeout(timer)
        waiting.delete(requestId)
        stopListening()
        resolve(answer)
      }
      waiting.set(requestId, done)
      send({ type: 'stripeRedirect', url, requestId })
    })
  }

  async function redirect(text: string): Promise<RedirectOutcome> {
    const { href, protocol } = new URL(text)
    if (!/^https?:$/.test(protocol)) throw new TypeError(`@stackgate/iframe: ${protocol} is no page to open.`)
    if (!isFramed) {
      location.assign(href)
      return { outcome: 'leaving' }
    }
    const answer = await ask(href)
    if (answer === 'accepted' || (answer === null && openOnTop(href))) return { outcome: 'leaving' }
    if (answer !== null && answer !== 'click') return { outcome: 'refused', reason: answer }
    const showLink = options.onLink ?? appendLink
    showLink(href, () => void redirect(href))
    return { outcome: 'link' }
  }

  return {
    redirect,
    close() {
      isClosed = true
      announcements.forEach(clearTimeout)
      stopListening()
    },
  }
}

/** Needs a recent click, and `allow-top-navigation-by-user-activation` if the frame has a sandbox. */
function openOnTop(url: string): boolean {
  const activation = navigator.userActivation as UserActivation | undefined
  if (activation?.isActive === false) return false
  try {
    return window.open(url, '_top') !== null
  } catch {
    return false
  }
}

function appendLink(url: string, open: () => void): void {
  document.querySelector('.stackgate-billing-link')?.remove()
  const link = document.createElement('a')
  link.className = 'stackgate-billing-link'
  link.href = url
  link.target = '_top'
  link.textContent = 'Continue to the billing page'
  link.addEventListener('click', (event) => {
    event.preventDefault()
    open()
  })
  document.body.append(link)
  link.focus()
}
