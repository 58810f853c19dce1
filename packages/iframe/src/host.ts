import { pageOf, stored, withoutReturn, type Departure, type PendingReturn } from './departures.js'
import {
  isBillingStatus,
  isSessionId,
  parseMessage,
  parseOrigin,
  type BillingMessage,
  type Origin,
  type PluginReady,
  type RedirectRefusedReason,
  type StripeCallback,
  type StripeRedirect,
} from './messages.js'
import { redirectHosts } from './redirect-hosts.js'

export { MESSAGES_VERSION, parseOrigin, type BillingStatus, type Origin } from './messages.js'

/** Plugin in a frame of the page. */
export interface BillingHostPlugin {
  /** Frame of the plugin, or a function that returns it, for frames that are created later. */
  readonly frame: HTMLIFrameElement | (() => HTMLIFrameElement | null)
  /** Origin of the plugin. Messages go to this origin only; `*` is an error. */
  readonly origin: Origin
  /** Name that the plugin gives itself in `pluginReady`, for example `onboardingWizard`. */
  readonly pluginType: string
  /** ID of the plugin in the path `/c/{communityId}/plugin/{pluginId}/`. Tells several plugins of one type apart. */
  readonly pluginId?: string | undefined
}

/** Action of the host that failed: a message, the storage of the browser, or the change of the address. */
export type BillingHostAction = 'post' | 'storage' | 'address'

/** Options of `createBillingHost`. */
export interface BillingHostOptions {
  readonly plugins: readonly BillingHostPlugin[]
  /**
   * Origins that a plugin may open in the top window, in addition to the pages of Stripe and PayPal: a domain of one's
   * own at the provider, or the sandbox (`http://127.0.0.1:4010`).
   */
  readonly redirectHosts?: readonly Origin[] | undefined
  /** Called for an action that failed. The host continues. Default: a warning in the console. */
  readonly onError?: ((action: BillingHostAction, error: unknown) => void) | undefined
}

/** Host of billing plugins; `createBillingHost` creates it. */
export interface BillingHost {
  /** Adds a plugin whose frame is created later. Returns a function that removes it. */
  readonly add: (plugin: BillingHostPlugin) => () => void
  /** Stops listening. A return that was not delivered is delivered by the next host in this tab. */
  readonly close: () => void
}

const MAX_ATTEMPTS = 3
const REDIRECT_PAUSE_MS = 3000
const FOCUS_MS = 5000

/**
 * Starts the host's part of the contract: reads the return from the payment provider out of the page's address, removes
 * its parameters, delivers it to the plugin that the buyer came from once that says `pluginReady`, and opens the
 * provider's pages for plugins. Call it before the frames load, on every page that has a plugin.
 *
 * @throws TypeError if an origin is missing, is `*`, or is no http(s) origin.
 */
export function createBillingHost(options: BillingHostOptions): BillingHost {
  const onError = options.onError ?? ((action, error) => console.warn(`@stackgate/iframe: ${action} failed`, error))
  const onStorageError = (error: unknown) => onError('storage', error)
  const departures = stored<Departure>('departure', onStorageError)
  const returns = stored<PendingReturn>('return', onStorageError)
  const allowedUrl = redirectHosts(options.redirectHosts ?? [])
  const plugins: BillingHostPlugin[] = []
  /** Redirects that plugins have requested. */
  const requested = new Set<string>()
  let lastRedirect = -Infinity
  let lastBlur = -Infinity

  const add = (plugin: BillingHostPlugin) => {
    const added = { ...plugin, origin: parseOrigin(plugin.origin) }
    plugins.push(added)
    return () => {
      const index = plugins.indexOf(added)
      if (index >= 0) plugins.splice(index, 1)
    }
  }
  options.plugins.forEach(add)

  let pending = takeReturn() ?? returns.read()
  const setPending = (next: PendingReturn | null) => {
    pending = next
    returns.write(next)
  }

  /** The return that the address states, if the page was left for it. Its parameters are gone afterwards in any case. */
  function takeReturn(): PendingReturn | null {
    const query = new URLSearchParams(location.search)
    const status = query.get('stripe_status')
    if (status === null) return null
    const { page, pluginId } = pageOf(location.pathname)
    const departure = departures.read()
    let taken: PendingReturn | null = null
    if (isBillingStatus(status) && departure?.page === page) {
      const sessionId = query.get('session_id')
      const isKnown = status === 'success' && isSessionId(sessionId)
      taken = { ...departure, at: Date.now(), pluginId, status, sessionId: isKnown ? sessionId : null, attempts: 0 }
      departures.write(null)
      returns.write(taken)
    }
    try {
      history.replaceState(history.state, '', location.pathname + withoutReturn(location.search) + location.hash)
    } catch (error) {
      onError('address', error)
    }
    return taken
  }

  function positionOf(plugin: BillingHostPlugin): number {
    return plugins.filter(({ pluginType }) => pluginType === plugin.pluginType).indexOf(plugin)
  }

  function isTarget(to: PendingReturn, plugin: BillingHostPlugin, statedId: string | undefined): boolean {
    if (plugin.pluginType !== to.pluginType || pageOf(location.pathname).page !== to.page) return false
    const pluginId = plugin.pluginId ?? statedId
    return to.pluginId && pluginId ? pluginId === to.pluginId : positionOf(plugin) === to.position
  }

  function post(plugin: BillingHostPlugin, message: BillingMessage): boolean {
    try {
      const target = windowOf(plugin)
      if (!target) throw new Error('The frame of the plugin has no window.')
      target.postMessage(message, plugin.origin)
      return true
    } catch (error) {
      onError('post', error)
      return false
    }
  }

  function deliver(plugin: BillingHostPlugin, ready: PluginReady): void {
    if (ready.pluginType !== plugin.pluginType) return
    if (plugin.pluginId && ready.pluginId && ready.pluginId !== plugin.pluginId) return
    if (!pending || !isTarget(pending, plugin, ready.pluginId)) return
    const { status, sessionId } = pending
    const message: StripeCallback = { type: 'stripeCallback', status, ...(sessionId ? { sessionId } : {}) }
    if (!post(plugin, message)) return
    const attempts = pending.attempts + 1
    setPending(ready.acks && attempts < MAX_ATTEMPTS ? { ...pending, attempts } : null)
  }

  function isClicked(plugin: BillingHostPlugin): boolean {
    // A click in a frame activates the pages around it too. Browsers without this interface report only the focus.
    const activation = navigator.userActivation as UserActivation | undefined
    if (activation) return activation.isActive
    return document.activeElement === frameOf(plugin) && Date.now() - lastBlur <= FOCUS_MS
  }

  function redirect(plugin: BillingHostPlugin, { url, requestId }: StripeRedirect): void {
    // A copy of a message, however late it arrives.
    const request = `${plugins.indexOf(plugin)} ${requestId}`
    if (requested.has(request)) return
    requested.add(request)
    const href = allowedUrl(url)
    const refuse = (reason: RedirectRefusedReason) => post(plugin, { type: 'stripeRedirectRefused', requestId, reason })
    if (href === null) return void refuse('host')
    if (!isClicked(plugin)) return void refuse('click')
    if (Date.now() - lastRedirect < REDIRECT_PAUSE_MS) return void refuse('rate')
    lastRedirect = Date.now()
    const { page } = pageOf(location.pathname)
    departures.write({ at: lastRedirect, page, pluginType: plugin.pluginType, position: positionOf(plugin) })
    post(plugin, { type: 'stripeRedirectAccepted', requestId })
    location.assign(href)
  }

  const onMessage = (event: MessageEvent) => {
    // A script of this page can state any source and origin in an event that it dispatches.
    if (!event.isTrusted) return
    const message = parseMessage(event.data)
    if (!message || !event.source) return
    const plugin = plugins.find((each) => windowOf(each) === event.source && each.origin === event.origin)
    if (!plugin) {
      if (message.type === 'stripeRedirect') refuseUnknown(event, message)
    } else if (message.type === 'pluginReady') deliver(plugin, message)
    else if (message.type === 'stripeRedirect') redirect(plugin, message)
    else if (message.type === 'stripeCallbackReceived' && pending?.attempts && pending.status === message.status) {
      if (plugin.pluginType === pending.pluginType) setPending(null)
    }
  }
  const onBlur = () => {
    lastBlur = Date.now()
  }
  // Back from the provider's page with the button of the browser: the next redirect is a new one.
  const onShow = () => {
    lastRedirect = -Infinity
  }
  addEventListener('message', onMessage)
  addEventListener('blur', onBlur)
  addEventListener('pageshow', onShow)
  return {
    add,
    close() {
      removeEventListener('message', onMessage)
      removeEventListener('blur', onBlur)
      removeEventListener('pageshow', onShow)
    },
  }
}

const frameOf = ({ frame }: BillingHostPlugin) => (typeof frame === 'function' ? frame() : frame)
const windowOf = (plugin: BillingHostPlugin) => frameOf(plugin)?.contentWindow

/** A frame that is not registered learns only that. A frame without an origin cannot be addressed. */
function refuseUnknown({ source, origin }: MessageEvent, { requestId }: StripeRedirect): void {
  if (source === window || !/^https?:/.test(origin)) return
  const message: BillingMessage = { type: 'stripeRedirectRefused', requestId, reason: 'frame' }
  ;(source as Window).postMessage(message, origin as Origin)
}
