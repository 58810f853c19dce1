import { readFileSync } from 'node:fs'

/** Paths before those of the functions of `routes.tsx`. */
const PREFIXES: Readonly<Record<string, string>> = {
  page: '',
  ofMarket: '/market',
  ofAccount: '/a/$account',
  ofVendor: '/vendor',
  ofOps: '/ops',
}

/** The paths of all routes of the dashboard, for example `/ops/accounts/$id`. */
export const dashboardRoutes = (): readonly string[] =>
  [...readFileSync('dashboard/src/routes.tsx', 'utf8').matchAll(/\b(page|of\w+)\(\s*'([^']+)'/g)].map(
    ([, of = '', path = '']) => (PREFIXES[of]! + path).replace(/(?<=.)\/$/, ''),
  )

/** True if an address is a place of a route. */
export function isOfRoute(address: string, route: string): boolean {
  const path = address.split('?')[0]!.replace(/(?<=.)\/$/, '')
  return new RegExp(`^${route.replaceAll(/\$\w+/g, '[^/]+')}$`).test(path)
}
