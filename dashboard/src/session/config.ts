/** Answer of `config.json`. */
export interface DashboardConfig {
  readonly mode: 'sandbox' | 'test' | 'live'
  readonly business: string
  /** True if a person of the sandbox can be chosen without signing in. */
  readonly sandboxSignIn: boolean
  /** True if the payment sandbox can be controlled by this page. */
  readonly sandboxControl: boolean
}

/** Address of a path of the server: the base of the page is the folder of the dashboard. */
export const serverUrl = (path: string): URL => new URL(`../${path}`, document.baseURI)

/** Reads the settings of the server before anything is shown. */
export async function readConfig(): Promise<DashboardConfig> {
  const response = await fetch(new URL('config.json', document.baseURI), { credentials: 'omit' })
  if (!response.ok) throw new Error(`The settings of the server could not be read (${response.status}).`)
  return (await response.json()) as DashboardConfig
}
