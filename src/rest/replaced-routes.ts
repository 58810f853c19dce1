/**
 * Routes of the systems that Stackgate replaces, with what a client calls instead. They do not exist: the response is a 404 that
 * contains the sentence. A path also stands for the paths below it.
 */
export const REPLACED_ROUTES: Readonly<Record<string, string>> = {
  '/api/v1/commands/execute':
    'Commands are not pushed to agents: agents poll. Queue the command with POST /api/v1/commands/enqueue.',
  '/api/stripe/create-checkout-session': 'Use the mutation `startSubscription` of the GraphQL API.',
  '/api/stripe/create-portal-session': 'Use the mutation `openBillingPortal` of the GraphQL API.',
  '/api/community/billing-info': 'Use the query `account { billingInfo }` of the GraphQL API.',
  '/api/billing/create-checkout': 'Use the mutation `startSubscription` of the GraphQL API.',
  '/api/billing/portal': 'Use the mutation `openBillingPortal` of the GraphQL API.',
  '/api/packages': 'Use the query `packages` of the GraphQL API, with `type` for one kind of package.',
  '/api/packages/checkout':
    'Use the mutation `purchasePackage` of the GraphQL API for packs, `addAddon` for add-ons, and `startSubscription` for plans.',
  '/api/packages/user/purchases': 'Use the query `account { purchases }` of the GraphQL API.',
  '/api/packages/user/credits': 'Use the query `account { credits }` of the GraphQL API.',
  '/api/packages/analytics': 'Use the query `packagePerformance` of the GraphQL API.',
  '/api/attribution/track-journey':
    'Use the mutation `consume` of the GraphQL API, or POST /api/v1/entitlements/consume.',
}

/** The sentence about a replaced route. Undefined for other paths. */
export function replacementOf(path: string): string | undefined {
  const routes = Object.keys(REPLACED_ROUTES).filter((route) => path === route || path.startsWith(`${route}/`))
  const [route] = routes.toSorted((one, other) => other.length - one.length)
  return route && REPLACED_ROUTES[route]
}
