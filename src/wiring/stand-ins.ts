import type { Words } from '../edge/pages/words.js'
import { iframePage } from '../services/billing/checkout/return-urls.js'
import { UPGRADE_PAGE } from '../services/entitlements/model/upgrade-page.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import type { Config } from '../services/kernel/config/config.js'

type Addresses = Pick<CatalogSnapshot, 'returnUrls' | 'upgradeUrl'>

const HERE = 'Your application goes here'

const PAID: Words = {
  title: 'Paid',
  text: `${HERE} (return_urls, APP_URL). The plan changes when the webhook of the payment provider arrives.`,
}
const CANCELED: Words = { title: 'Nothing was paid', text: `${HERE} (return_urls, APP_URL).` }
const BACK: Words = { title: 'Back from the payment provider', text: `${HERE} (return_urls, APP_URL).` }
const UPGRADE: Words = {
  title: 'Choose a plan',
  text: `${HERE} (upgrade_url, APP_URL). A page with your plans leads to the mutation startSubscription.`,
}

/**
 * The pages that the catalog expects of the application, where a sandbox has none and APP_URL is this server. Undefined in other modes. The
 * function returns null for an address that the catalog does not name.
 */
export function standIns(config: Config, catalog: () => Addresses): ((url: string) => Words | null) | undefined {
  if (config.mode !== 'sandbox') return undefined
  return (url) => {
    const { returnUrls, upgradeUrl } = catalog()
    const requested = new URL(url, config.publicUrl)
    const isAt = (target: string) => matches(new URL(target, config.appUrl), requested)
    if (upgradeUrl !== null && upgradeUrl !== UPGRADE_PAGE && isAt(upgradeUrl)) return UPGRADE
    if (returnUrls.kind === 'iframe') return inFrame(config, requested)
    if (returnUrls.kind === 'client') return null
    const { success, cancel, portal } = returnUrls
    if (isAt(success)) return success === cancel ? BACK : PAID
    if (isAt(cancel)) return cancel === portal ? BACK : CANCELED
    return isAt(portal) ? BACK : null
  }
}

/** True if the address is on this server and has the parameters of the catalog's. */
const matches = (target: URL, requested: URL): boolean =>
  target.origin === requested.origin &&
  target.pathname === requested.pathname &&
  [...target.searchParams].every(([name, value]) =>
    /\{.*\}/.test(value) ? requested.searchParams.has(name) : requested.searchParams.get(name) === value,
  )

const IN_FRAME: Readonly<Record<string, Words>> = { success: PAID, cancel: CANCELED, portal_return: BACK }

/** The page of the parent, in whose frame a plugin lives. */
function inFrame(config: Config, { origin, pathname, searchParams }: URL): Words | null {
  const [, externalId, pluginId = null] = /^\/c\/([^/]+)\/(?:plugin\/([^/]+)\/)?$/.exec(pathname) ?? []
  if (!externalId) return null
  const page = iframePage(config, { externalId: decoded(externalId), pluginId })
  if (typeof page !== 'string' || page !== `${origin}${pathname}`) return null
  return IN_FRAME[searchParams.get('stripe_status') ?? 'portal_return'] ?? null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
