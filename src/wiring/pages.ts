import { DASHBOARD_FONT } from '../edge/dashboard/dashboard-routes.js'
import type { LeadOnPage } from '../edge/pages/lead-on.js'
import type { Installation } from '../edge/pages/welcome-page.js'
import { accentColors, type Brand } from '../services/catalog/definition/brand.js'
import type { Config } from '../services/kernel/config/config.js'

/** Mode and addresses of this installation, as the pages show them. */
export function installationOf(config: Config, brand: Brand | null): Omit<Installation, 'standIn'> {
  const own = config.dashboardFolder ? new URL('dashboard/', config.publicUrl) : null
  const isSeparate = config.appUrl.href !== config.publicUrl.href
  return {
    mode: config.mode,
    look: {
      font: own && `${own.pathname}${DASHBOARD_FONT}`,
      accent: brand?.accent ? accentColors(brand.accent) : null,
    },
    publicUrl: config.publicUrl,
    dashboardUrl: isSeparate ? config.appUrl : own,
    ownDashboard: own?.pathname ?? null,
    documentationUrl: config.docsFolder ? new URL('docs/', config.publicUrl) : null,
    sandboxUrl: config.mode === 'live' ? null : localSandbox(config),
  }
}

/** The sandbox has browser pages only on its own machine. */
function localSandbox({ stripe }: Config): URL | null {
  const url = stripe?.apiUrl
  return url && /^(127\.|localhost$|\[::1\]$)/.test(url.hostname) ? url : null
}

const RETURN_PAGE: LeadOnPage = {
  path: '/billing/return',
  forBrowsersOnly: false,
  words: ({ cancelled }) =>
    cancelled
      ? { title: 'Nothing was paid', text: 'You left the checkout. You can start it again at any time.' }
      : {
          title: 'Thank you',
          text: 'Your payment is being confirmed. Your plan changes as soon as the payment provider confirms it.',
        },
}

const TEMPLATE_PAGE: LeadOnPage = {
  path: '/billing/purchase-template',
  forBrowsersOnly: true,
  words: () => ({
    title: 'Buy this template',
    text: 'This template requires a payment. You can buy it in the dashboard, or with the API mutation purchaseTemplate.',
  }),
}

/** URLs used by providers, denials and emails. The dashboard has pages for most of them. They are about mutations that are served. */
export const leadOnPages = (mutations: ReadonlySet<string>): readonly LeadOnPage[] => [
  ...(mutations.has('startSubscription') ? [RETURN_PAGE] : []),
  {
    path: '/billing/start',
    inDashboard: 'plans',
    forBrowsersOnly: true,
    words: () => ({
      title: 'Choose a plan',
      text: `Your plan does not include this.${mutations.has('startSubscription') ? ' You can buy a plan in the dashboard, or with the API mutation startSubscription.' : ''}`,
    }),
  },
  ...(mutations.has('purchaseTemplate') ? [TEMPLATE_PAGE] : []),
  {
    path: '/invitations',
    inDashboard: 'invitations',
    forBrowsersOnly: true,
    words: () => ({
      title: 'You are invited to a team',
      text: 'You can accept the invitation in the dashboard, or with the API mutation acceptInvitation and the token in this address.',
    }),
  },
]
