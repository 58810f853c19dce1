import { misuse } from './errors.js'

/** Addresses of an installation. */
export interface ServiceAddress {
  /** Address without a slash at the end, before which the paths of REST begin. */
  readonly base: string
  readonly graphql: string
}

/** The addresses of an installation by its own, or by that of GraphQL. */
export function serviceAddress(url: string | URL): ServiceAddress {
  try {
    const { protocol, origin, pathname } = new URL(url)
    if (protocol === 'http:' || protocol === 'https:') {
      const base = `${origin}${pathname}`.replace(/\/+$/, '').replace(/\/graphql$/, '')
      return { base, graphql: `${base}/graphql` }
    }
  } catch {
    // Below.
  }
  throw misuse(`The url must be the absolute http address of Stackgate, not ${String(url)}.`)
}
