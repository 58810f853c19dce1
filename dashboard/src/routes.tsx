import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { loadPart } from './session/load-part.js'
import { NotFound } from './ui/not-found.js'
import { PageFailed } from './pages/page-failed.js'
import { Shell } from './ui/shell.js'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const part = (load: () => Promise<Record<string, unknown>>, name: string) =>
  lazyRouteComponent((() => loadPart(load)) as never, name)
const page = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: part(load, name) })

const account = createRoute({
  getParentRoute: () => root,
  path: '/a/$account',
  component: part(() => import('./pages/account/account-pages.js'), 'AccountPages'),
})
const ofAccount = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => account, path, component: part(load, name) })

const market = createRoute({
  getParentRoute: () => root,
  path: '/market',
  component: part(() => import('./pages/market/market-account.js'), 'MarketPages'),
})
const ofMarket = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => market, path, component: part(load, name) })

const ops = createRoute({
  getParentRoute: () => root,
  path: '/ops',
  component: part(() => import('./pages/ops/ops-pages.js'), 'OpsPages'),
})
const ofOps = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => ops, path, component: part(load, name) })

const vendor = createRoute({
  getParentRoute: () => root,
  path: '/vendor',
  component: part(() => import('./pages/vendor/vendor-pages.js'), 'VendorPages'),
})
const ofVendor = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => vendor, path, component: part(load, name) })

const tree = root.addChildren([
  page('/', () => import('./pages/welcome/welcome.js'), 'Welcome'),
  page('/plans', () => import('./pages/plans/plans.js'), 'PublicPlans'),
  page('/invitations', () => import('./pages/team/invitation.js'), 'InvitationPage'),
  page('/return', () => import('./pages/billing/return.js'), 'Return'),
  market.addChildren([
    ofMarket('/', () => import('./pages/market/market.js'), 'Market'),
    ofMarket('/$slug', () => import('./pages/market/template-page.js'), 'TemplatePage'),
    ofMarket('/vendors/$vendor', () => import('./pages/market/vendor-page.js'), 'VendorPage'),
  ]),
  account.addChildren([
    ofAccount('/', () => import('./pages/account/home.js'), 'Home'),
    ofAccount('/plans', () => import('./pages/plans/plans.js'), 'AccountPlans'),
    ofAccount('/billing', () => import('./pages/billing/billing.js'), 'Billing'),
    ofAccount('/usage', () => import('./pages/usage/usage.js'), 'Usage'),
    ofAccount('/deployments', () => import('./pages/deployments/deployments.js'), 'Deployments'),
    ofAccount('/deployments/$hash', () => import('./pages/deployments/deployment-page.js'), 'DeploymentPage'),
    ofAccount('/team', () => import('./pages/team/team.js'), 'Team'),
    ofAccount('/keys', () => import('./pages/keys/keys.js'), 'Keys'),
    ofAccount('/webhooks', () => import('./pages/webhooks/webhooks.js'), 'Webhooks'),
    ofAccount('/webhooks/$endpoint', () => import('./pages/webhooks/endpoint.js'), 'WebhookEndpointPage'),
    ofAccount('/settings', () => import('./pages/settings/settings.js'), 'Settings'),
    ofAccount('/activity', () => import('./pages/account/activity.js'), 'Activity'),
  ]),
  vendor.addChildren([
    ofVendor('/', () => import('./pages/vendor/vendor-templates.js'), 'VendorTemplates'),
    ofVendor('/templates/$id', () => import('./pages/vendor/template.js'), 'VendorTemplate'),
    ofVendor('/earnings', () => import('./pages/vendor/earnings.js'), 'Earnings'),
  ]),
  ops.addChildren([
    ofOps('/', () => import('./pages/ops/overview.js'), 'Overview'),
    ofOps('/accounts', () => import('./pages/ops/accounts.js'), 'Accounts'),
    ofOps('/accounts/$id', () => import('./pages/ops/account.js'), 'OpsAccount'),
    ofOps('/inbox', () => import('./pages/ops/inbox.js'), 'Inbox'),
    ofOps('/inbox/$id', () => import('./pages/ops/inbox-event.js'), 'InboxEvent'),
    ofOps('/dead-letters', () => import('./pages/ops/dead-letters.js'), 'DeadLetters'),
    ofOps('/checkouts', () => import('./pages/ops/checkouts.js'), 'Checkouts'),
    ofOps('/reconciliation', () => import('./pages/ops/reconciliation.js'), 'Reconciliation'),
    ofOps('/reconciliation/$id', () => import('./pages/ops/reconciliation-run.js'), 'ReconciliationRun'),
    ofOps('/invariants', () => import('./pages/ops/invariants.js'), 'Invariants'),
    ofOps('/figures', () => import('./pages/ops/figures.js'), 'Figures'),
    ofOps('/catalog', () => import('./pages/ops/catalog.js'), 'Catalog'),
    ofOps('/catalog/migrations/$id', () => import('./pages/ops/migration.js'), 'Migration'),
    ofOps('/usage-batches', () => import('./pages/ops/usage-batches.js'), 'UsageBatches'),
    ofOps('/usage-batches/$id', () => import('./pages/ops/usage-batch.js'), 'UsageBatch'),
    ofOps('/usage-comparisons', () => import('./pages/ops/usage-comparisons.js'), 'UsageComparisons'),
    ofOps('/usage-comparisons/$id', () => import('./pages/ops/usage-comparison.js'), 'UsageComparison'),
    ofOps('/price-lists', () => import('./pages/ops/price-lists.js'), 'PriceLists'),
    ofOps('/price-lists/$id', () => import('./pages/ops/price-list.js'), 'PriceList'),
    ofOps('/reviews', () => import('./pages/ops/reviews.js'), 'Reviews'),
    ofOps('/reviews/$id', () => import('./pages/ops/review.js'), 'Review'),
    ofOps('/vendors', () => import('./pages/ops/vendors.js'), 'Vendors'),
    ofOps('/agents', () => import('./pages/ops/agents.js'), 'Agents'),
    ofOps('/audit', () => import('./pages/ops/audit.js'), 'Audit'),
  ]),
])

/** Pages have addresses below the base that the server puts into the page. */
export const router = createRouter({
  routeTree: tree,
  basepath: new URL(document.baseURI).pathname.replace(/\/$/, ''),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
