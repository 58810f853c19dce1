/** The page of one response. */
export interface DashboardPage {
  readonly html: string
  /** Its content security policy. */
  readonly policy: string
}

/**
 * Puts the base address and a nonce into the built page. The nonce is for the styles that the component library adds; scripts come from
 * files alone. The address is the public one, because a proxy can add a prefix.
 * @param signIn origin of the identity provider that exchanges codes for tokens; null if there is none
 */
export function dashboardPage(built: string, publicUrl: URL, nonce: string, signIn: string | null): DashboardPage {
  const base = new URL('dashboard/', publicUrl).pathname
  const head = `<head>\n<base href="${base}">\n<meta property="csp-nonce" nonce="${nonce}">`
  return { html: built.replace('<head>', head), policy: policyOf(publicUrl, nonce, signIn) }
}

/**
 * Nothing comes from elsewhere but tokens of the identity provider, and no markup is made of strings. `wss:` is named for browsers in which
 * `'self'` excludes it.
 */
function policyOf({ protocol, host }: URL, nonce: string, signIn: string | null): string {
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket}${signIn ? ` ${signIn}` : ''}`,
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}
