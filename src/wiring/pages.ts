import type { LeadOnPage } from '../edge/pages/lead-on.js'
import type { Installation } from '../edge/pages/welcome-page.js'
import type { Config } from '../services/kernel/config/config.js'

/** What the pages say of this installation. */
export const installationOf = (config: Config): Installation => ({
  mode: config.mode,
  publicUrl: config.publicUrl,
  dashboardUrl: config.appUrl.href === config.publicUrl.href ? null : config.appUrl,
  sandboxUrl: config.mode === 'live' ? null : localSandbox(config),
})

/** The sandbox has pages for people on its own machine only. */
function localSandbox({ stripe }: Config): URL | null {
  const url = stripe?.apiUrl
  return url && /^(127\.|localhost$|\[::1\]$)/.test(url.hostname) ? url : null
}

/** Addresses that providers, refusals and mails name. A dashboard has pages of its own for them. */
export const leadOnPages: readonly LeadOnPage[] = [
  {
    path: '/billing/return',
    forBrowsersOnly: false,
    words: ({ cancelled }) =>
      cancelled
        ? { title: 'Nothing was paid', text: 'You left the checkout. You can start it again at any time.' }
        : {
            title: 'Thank you',
            text: 'Your payment is being confirmed. Your plan changes as soon as the payment provider confirms it.',
          },
  },
  {
    path: '/billing/start',
    forBrowsersOnly: true,
    words: () => ({
      title: 'Choose a plan in the dashboard',
      text: 'What you asked for is not included in your plan. Plans are bought in the dashboard, or by startSubscription of the API.',
    }),
  },
  {
    path: '/billing/purchase-template',
    forBrowsersOnly: true,
    words: () => ({
      title: 'Buy the template in the dashboard',
      text: 'This template requires a payment. Templates are bought in the dashboard, or by purchaseTemplate of the API.',
    }),
  },
  {
    path: '/invitations',
    forBrowsersOnly: true,
    words: () => ({
      title: 'You are invited to a team',
      text: 'Invitations are accepted in the dashboard, or by acceptInvitation of the API with the token of this address.',
    }),
  },
]
