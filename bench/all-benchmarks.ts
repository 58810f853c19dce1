import { benchmarkAgents } from './agents/agents.bench.js'
import { benchmarkClaims } from './agents/claims.bench.js'
import { benchmarkWaiting } from './agents/waiting.bench.js'
import type { Benchmark } from './bench.js'
import { benchmarkDashboard } from './dashboard/dashboard.bench.js'
import { benchmarkAccount } from './entitlements/account.bench.js'
import { benchmarkDeferredWork } from './entitlements/deferred.bench.js'
import { benchmarkEntitlements } from './entitlements/entitlements.bench.js'
import { benchmarkFollowers } from './entitlements/followers.bench.js'
import { benchmarkFrameworks } from './entitlements/frameworks.bench.js'
import { benchmarkGrowth } from './entitlements/growth.bench.js'
import { benchmarkHostile } from './hostile/hostile.bench.js'
import { benchmarkOperations } from './ops/ops.bench.js'
import { benchmarkOperatorGrowth } from './ops/growth.bench.js'
import { benchmarkLedgerChain } from './ops/ledger-chain.bench.js'
import { benchmarkDefinitions } from './marketplace/definitions.bench.js'
import { benchmarkMarketplaceSearch } from './marketplace/search.bench.js'
import { benchmarkPools } from './entitlements/pools.bench.js'
import { benchmarkRates } from './entitlements/rates.bench.js'
import { benchmarkSoak } from './entitlements/soak.bench.js'
import { benchmarkAnalytics } from './ops/analytics.bench.js'
import { benchmarkUsage } from './ops/usage.bench.js'
import { benchmarkPlans } from './plans/plans.bench.js'
import { benchmarkScale } from './scale/scale.bench.js'
import { benchmarkSandbox } from './sandbox/sandbox.bench.js'
import { benchmarkCatalogStart } from './start/catalog-start.bench.js'
import { benchmarkLedgerAlone } from './start/ledger-alone.bench.js'
import { benchmarkStart } from './start/start.bench.js'
import { benchmarkToken } from './marketplace/token.bench.js'
import { benchmarkImportStripe } from './billing/import-stripe.bench.js'
import { benchmarkBook } from './billing/book.bench.js'
import { benchmarkYear } from './billing/year.bench.js'
import { benchmarkWebhooks } from './webhooks/webhooks.bench.js'

/** Every benchmark by the name that `npm run bench -- NAME` knows it by, in the order in which all are run. */
export const allBenchmarks: Readonly<Record<string, Benchmark>> = {
  plans: benchmarkPlans,
  sandbox: benchmarkSandbox,
  account: benchmarkAccount,
  entitlements: benchmarkEntitlements,
  'entitlements-deferred': benchmarkDeferredWork,
  'entitlements-followers': benchmarkFollowers,
  'entitlements-frameworks': benchmarkFrameworks,
  'entitlements-rates': benchmarkRates,
  'entitlements-pools': benchmarkPools,
  'entitlements-growth': benchmarkGrowth,
  'entitlements-soak': benchmarkSoak,
  start: benchmarkStart,
  'catalog-start': benchmarkCatalogStart,
  'ledger-alone': benchmarkLedgerAlone,
  agents: benchmarkAgents,
  'agents-waiting': benchmarkWaiting,
  'agents-claims': benchmarkClaims,
  'marketplace-token': benchmarkToken,
  'marketplace-definitions': benchmarkDefinitions,
  webhooks: benchmarkWebhooks,
  'marketplace-search': benchmarkMarketplaceSearch,
  book: benchmarkBook,
  year: benchmarkYear,
  'import-stripe': benchmarkImportStripe,
  ops: benchmarkOperations,
  'ops-analytics': benchmarkAnalytics,
  'ops-usage': benchmarkUsage,
  'ops-growth': benchmarkOperatorGrowth,
  'ledger-chain': benchmarkLedgerChain,
  scale: benchmarkScale,
  hostile: benchmarkHostile,
  dashboard: benchmarkDashboard,
}
