import { readProviderMetadata, type ProviderMetadata } from '#services/identity/open-id/provider-metadata.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { checked, ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

const CHECK = 'dashboard_sign_in'

/** True if users can sign in to the dashboard: a client at the identity provider, which can be reached and supports PKCE. */
export async function checkDashboardSignIn(config: Config, timers: Timers): Promise<Finding[]> {
  const { dashboardFolder, dashboardSignIn: signIn, publicUrl, issuers } = config
  const redirect = new URL('dashboard/signed-in', publicUrl).href
  if (signIn)
    return checked(
      CHECK,
      async () => [decideProvider(await readProviderMetadata(signIn.issuer, timers), redirect)],
      'check AUTH_ISSUER, and that this machine reaches the identity provider',
    )
  if (issuers.length === 0 || !dashboardFolder) return []
  return [
    warning(
      CHECK,
      'users cannot sign in to the dashboard: DASHBOARD_CLIENT_ID is not set',
      `register the dashboard at the identity provider as a public client with the redirect URI ${redirect}, then set DASHBOARD_CLIENT_ID; or set DASHBOARD=off`,
    ),
  ]
}

/** Pure: whether the provider supports the code flow with PKCE. Providers may leave the methods out, therefore that is only a warning. */
export function decideProvider(
  { issuer, code_challenge_methods_supported: methods }: ProviderMetadata,
  redirect: string,
): Finding {
  if (!methods)
    return warning(
      CHECK,
      `${issuer} does not say whether it supports PKCE`,
      'sign in to the dashboard once to see whether it works',
    )
  return methods.includes('S256')
    ? ok(CHECK, `users sign in to the dashboard at ${issuer} and return to ${redirect}`)
    : problem(CHECK, `${issuer} does not support PKCE with S256`, 'enable it at the identity provider')
}
