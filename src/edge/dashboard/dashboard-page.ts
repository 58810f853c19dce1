/** The page of one response. */
export interface DashboardPage {
  readonly html: string
  /** Its content security policy. */
  readonly policy: string
}

/** Other sites that the page may reach. Null if there is none. */
interface OtherOrigins {
  /** The identity provider that exchanges codes for tokens. */
  readonly signIn: string | null
  /** The site with the logo of the seller. */
  readonly logo: string | null
}

/**
 * Puts the base address and a nonce into the built page. The nonce is for the styles that the component library adds; scripts come from
 * files alone. The address is the public one, because a proxy can add a prefix.
 * @param origins other sites that the page may reach
 */
export function dashboardPage(built: string, publicUrl: URL, nonce: string, origins: OtherOrigins): DashboardPage {
  const base = new URL('dashboard/', publicUrl).pathname
  const head = `<head>\n<base href="${base}">\n<meta property="csp-nonce" nonce="${nonce}">`
  return { html: built.replace('<head>', head), policy: policyOf(publicUrl, nonce, origins) }
}

/**
 * Nothing comes from elsewhere but tokens of the identity provider and the logo, and no markup is made of strings. `wss:` is named for browsers in which
 * `'self'` excludes it.
 */
function policyOf({ protocol, host }: URL, nonce: string, { signIn, logo }: OtherOrigins): string {
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:${logo ? ` ${logo}` : ''}`,
    "font-src 'self'",
    `connect-src 'self' ${socket}${signIn ? ` ${signIn}` : ''}`,
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}
