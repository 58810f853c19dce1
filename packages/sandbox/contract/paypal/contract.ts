import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../package-folder.js'
import type { PayPalContract, PayPalOperation } from './payload.js'

/** The committed contract, which `npm run sandbox:contract` writes. */
export const PAYPAL_CONTRACT_FILE = join(packageFolder(), 'contract/paypal-contract.json')

let loaded: PayPalContract | undefined
let operations: Map<string, PayPalOperation> | undefined
let patterns: RegExp[] | undefined

/** Routes that PayPal's SDKs call, and its files do not describe: `@paypal/paypal-server-sdk` 2.5.0, and `paypal-rest-sdk` 1.8.1 with its billing plans. */
const ROUTES_OF_SDKS: readonly string[] = [
  'GET /v1/billing/subscriptions',
  'GET /v1/payments/billing-plans',
  'POST /v1/payments/billing-plans',
  'GET /v1/payments/billing-plans/:id',
  'PATCH /v1/payments/billing-plans/:id',
  'POST /v1/payments/billing-agreements',
  'GET /v1/payments/billing-agreements/:id',
  'PATCH /v1/payments/billing-agreements/:id',
  'GET /v1/payments/billing-agreements/:id/transactions',
  'POST /v1/payments/billing-agreements/:id/agreement-execute',
  'POST /v1/payments/billing-agreements/:id/bill-balance',
  'POST /v1/payments/billing-agreements/:id/cancel',
  'POST /v1/payments/billing-agreements/:id/re-activate',
  'POST /v1/payments/billing-agreements/:id/set-balance',
  'POST /v1/payments/billing-agreements/:id/suspend',
]

/** The contract; read at its first use, because starting does not need it. */
export function payPalContract(): PayPalContract {
  loaded ??= JSON.parse(readFileSync(PAYPAL_CONTRACT_FILE, 'utf8')) as PayPalContract
  return loaded
}

/**
 * Parameters and response of a route, independent of the names of the IDs in its path. Undefined if no file describes
 * it.
 */
export function payPalOperation(method: string, path: string): PayPalOperation | undefined {
  operations ??= new Map(
    Object.entries(payPalContract().operations).map(([route, operation]) => [nameless(route), operation]),
  )
  return operations.get(nameless(`${method} ${path}`))
}

/** True if PayPal has this route, for a path as called. */
export function isPayPalRoute(method: string, path: string): boolean {
  patterns ??= [...payPalContract().routes, ...ROUTES_OF_SDKS].map(
    (route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`),
  )
  return patterns.some((pattern) => pattern.test(`${method} ${path}`))
}

/** PayPal's description of an issue. Undefined for codes that its files do not explain. */
export function describeIssue(issue: string): string | undefined {
  return payPalContract().issues[issue]
}

function nameless(route: string): string {
  return route.replaceAll(/:\w+/g, ':')
}
