/** Colors of an accent in one scheme. */
export interface Tone {
  /** Text on the background of the tone. */
  readonly text: string
  readonly background: string
  readonly filled: string
}

/** Response of `config.json`. */
export interface DashboardConfig {
  readonly mode: 'sandbox' | 'test' | 'live'
  readonly business: string
  /** Pattern of the pages of the modules that the server has. */
  readonly pages: string
  /** The seller. Null: the catalog has no brand. */
  readonly brand: {
    readonly name: string
    readonly logo: string | null
    /** Colors of the accent, with enough contrast. Null: those of Stackgate. */
    readonly colors: { readonly light: Tone; readonly dark: Tone } | null
  } | null
  /** True if a person of the sandbox can be chosen without signing in. */
  readonly sandboxSignIn: boolean
  /** True if the payment sandbox can be controlled by this page. */
  readonly sandboxControl: boolean
  /** True if the server has the documentation. */
  readonly documentation: boolean
  /** Sign-in at an identity provider. Null: it is not set up. */
  readonly openId: OpenIdConfig | null
}

/** The dashboard as a client of an OpenID provider. */
export interface OpenIdConfig {
  readonly clientId: string
  readonly scope: string
  readonly audience: string | null
  /** Metadata of the provider. Null while the server cannot reach it. */
  readonly provider: OpenIdProvider | null
}

/** The part of a discovery document that the sign-in reads. */
export type OpenIdProvider = {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly end_session_endpoint?: string
  readonly revocation_endpoint?: string
}

/** An OpenID client whose provider can be reached. */
export type ReachableOpenId = OpenIdConfig & { readonly provider: OpenIdProvider }

/** Address of a path of the server: the base of the page is the folder of the dashboard. */
export const serverUrl = (path: string): URL => new URL(`../${path}`, document.baseURI)

/** Address of a page of the dashboard, for example `/plans`. */
export const pageUrl = (page: string): URL => new URL(page.replace(/^\//, ''), document.baseURI)

/** The page that is open, with its parameters, below the base of the dashboard. */
export const openPage = (): string => `/${location.href.slice(document.baseURI.length)}`

/** Address of the settings, which the server sends without a sign-in. */
export const configUrl = (): URL => new URL('config.json', document.baseURI)

/** Reads the settings of the server before anything is shown. */
export async function readConfig(): Promise<DashboardConfig> {
  // The same request as that of the link in the page, which has begun it.
  const response = await fetch(configUrl())
  if (!response.ok) throw new Error(`The settings of the server could not be read (${response.status}).`)
  return (await response.json()) as DashboardConfig
}

let served = /^/

/** Stores which pages the server has, before anything is shown. */
export function keepPages(pattern: string): void {
  served = new RegExp(pattern)
}

/** True if the server has the modules of the page. */
export const isServed = (page: string): boolean => served.test(page)

/** True if the server has pages of operators. */
export const hasOperations = (): boolean => isServed('/ops/accounts')

/** First page of operators. */
export const operationsPage = (): string => (isServed('/ops') ? '/ops' : '/ops/accounts')

/** Page of an account that opens with it. */
export const firstPageOf = (account: string): string => `/a/${account}${isServed('/plans') ? '/billing' : ''}`
