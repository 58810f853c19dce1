import { createBillingPlugin, parseOrigin, type BillingCallback } from '@stackgate/iframe/plugin'
import { AdminView } from './admin-view.js'
import { ApiError, follow, token } from './api.js'
import { confirmCheckout, loadBilling, openBillingPortal, startSubscription } from './billing.js'

const main = document.querySelector('main')!
const pluginId = new URLSearchParams(location.search).get('pluginId')

function start(): void {
  let upgradeKey = crypto.randomUUID()
  // This page offers no choice of the provider.
  let provider: string | undefined

  const view = new AdminView(main, {
    async upgrade() {
      await open(await startSubscription(pluginId, provider, upgradeKey))
    },
    async manage() {
      await open(await openBillingPortal(pluginId))
    },
  })

  const billing = createBillingPlugin({
    parentOrigin: parseOrigin((import.meta.env.VITE_PARENT_ORIGIN as string | undefined) ?? 'http://127.0.0.1:4100'),
    pluginType: 'onboardingWizard',
    ...(pluginId ? { pluginId } : {}),
    async onCallback(callback) {
      view.say(await describe(callback))
      // The next click is another attempt to buy.
      upgradeKey = crypto.randomUUID()
    },
    queryClient: { invalidateQueries: () => refresh() },
  })

  async function open(url: string): Promise<void> {
    const result = await billing.redirect(url)
    if (result.outcome === 'refused')
      view.fail(`The page around this plugin did not open the billing page (${result.reason}).`)
  }

  async function refresh(): Promise<string> {
    const { info, isAdmin, cursor } = await loadBilling()
    provider = info.providers[0]
    view.show(info, isAdmin)
    return cursor
  }

  const onError = (error: unknown) => view.fail((error as Error).message)
  refresh()
    .then((cursor) => follow(cursor, () => void refresh().catch(onError)))
    .catch(onError)
}

/** Says what the server knows. The callback only says where the buyer came from. */
async function describe({ status, sessionId }: BillingCallback): Promise<string> {
  if (status === 'cancel') return 'Nothing was paid.'
  if (status === 'portal_return' || !sessionId) return ''
  try {
    const checkout = await confirmCheckout(sessionId)
    if (checkout === 'COMPLETED') return 'Paid. The community is on Pro.'
    return checkout === 'PROCESSING' ? 'The bank is still deciding.' : 'Nothing was paid yet.'
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return 'This payment belongs to another account.'
    return 'The payment could not be confirmed. This page shows the plan as soon as the server knows.'
  }
}

if (token) start()
else main.textContent = 'This plugin needs the page around it, which signs the user in.'
