import { DASHBOARD_FONT } from '../edge/dashboard/dashboard-routes.js'
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
      seller: brand && { name: brand.name, logo: brand.logo },
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
