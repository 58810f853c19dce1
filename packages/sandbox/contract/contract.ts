import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from './package-folder.js'
import type { Contract, Operation, Shape } from './shape.js'

/** The committed contract, which `npm run sandbox:contract` writes. */
export const CONTRACT_FILE = join(packageFolder(), 'contract/stripe-contract.json')

/** File that documents the implemented routes. */
export const README_FILE = join(packageFolder(), 'README.md')

let loaded: Contract | undefined
let operations: Map<string, Operation> | undefined
let routes: Map<string, RegExp[]> | undefined
let fixedRoutes: Set<string> | undefined

/** The contract; read at its first use, because starting does not need it. */
export function stripeContract(): Contract {
  loaded ??= JSON.parse(readFileSync(CONTRACT_FILE, 'utf8')) as Contract
  return loaded
}

/**
 * Parameters and response of a route, independent of the names of the IDs in its path. Undefined if the contract does
 * not describe it.
 */
export function operationOf(method: string, path: string): Operation | undefined {
  operations ??= new Map(
    Object.entries(stripeContract().operations).map(([route, operation]) => [nameless(route), operation]),
  )
  return operations.get(nameless(`${method} ${path}`))
}

/** True if Stripe has this route, for a path as called. */
export function isStripeRoute(method: string, path: string): boolean {
  routes ??= patternsByMethod(stripeContract().routes)
  return (routes.get(method) ?? []).some((pattern) => pattern.test(path))
}

/** True if Stripe has this route without any id in it: `/v1/customers/search` is no customer called search. */
export function isFixedRoute(method: string, path: string): boolean {
  fixedRoutes ??= new Set(stripeContract().routes.filter((route) => !route.includes(':')))
  return fixedRoutes.has(`${method} ${path}`)
}

/** Returns the shape of a name. Other shapes are returned unchanged. */
export function resolveShape(shape: Shape): Shape {
  if (typeof shape !== 'string' || !shape.startsWith('#')) return shape
  const found = stripeContract().definitions[shape.slice(1)]
  if (found === undefined) throw new Error(`the contract has no definition ${shape}`)
  return resolveShape(found)
}

function nameless(route: string): string {
  return route.replaceAll(/:\w+/g, ':')
}

function patternsByMethod(all: readonly string[]): Map<string, RegExp[]> {
  const patterns = new Map<string, RegExp[]>()
  for (const route of all) {
    const [method = '', path = ''] = route.split(' ')
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
    patterns.set(method, [...(patterns.get(method) ?? []), pattern])
  }
  return patterns
}
