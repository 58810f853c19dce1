import type { ComposeAgentRow } from '../entities/deployments/compose-agent.entity.js'
import { composeAgentsOf } from '../services/deployments/model/compose-agents.js'
import DataLoader from 'dataloader'
import { byId, many, one } from './batch.js'
import { billingMakers, type BillingLoaders } from './billing-loaders.js'
import { identityMakers, type IdentityLoaders } from './identity-loaders.js'
import { ledgerMakers, type LedgerLoaders } from './ledger-loaders.js'
import { marketplaceMakers, type MarketplaceLoaders } from './marketplace-loaders.js'
import { operatorMakers, type OperatorLoaders } from './operator-loaders.js'
import type { BillingSubscriptionRow } from '../entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '../entities/billing/checkout.entity.js'
import type { SubscriptionChangeRow } from '../entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '../entities/billing/subscription-item.entity.js'
import { alertsByIds } from '../services/entitlements/alerts/alert-states.js'
import { capsByIds } from '../services/entitlements/spend-caps/cap-rows.js'
import type { AlertRow } from '../entities/entitlements/alert.entity.js'
import type { SpendCapRow } from '../entities/entitlements/spend-cap.entity.js'
import type { CreditGrantRow } from '../entities/entitlements/credit-grant.entity.js'
import type { AgentRow } from '../entities/deployments/agent.entity.js'
import type { CommandRow } from '../entities/deployments/command.entity.js'
import type { DeploymentRow } from '../entities/deployments/deployment.entity.js'
import {
  checkoutsByIds,
  itemsOfSubscriptions,
  liveSubscriptionsOf,
  subscriptionItemsByIds,
  subscriptionsByIds,
} from '../services/billing/queries/billing-queries.js'
import { creditedChangesOf, scheduledChangesOf } from '../services/billing/model/change-queries.js'
import { countSteps, type MigrationStepCount } from '../services/billing/subscriptions/migrate/plan-migrations.js'
import { deploymentsWithOutstandingCommand } from '../services/deployments/presence/presence.js'
import {
  agentsByDeploymentIds,
  agentsByIds,
  deploymentsByHashes,
  deploymentsByIds,
  latestCommands,
} from '../services/deployments/model/deployment-queries.js'
import {
  commandCounts,
  commandLists,
  type CommandCountRequest,
  type CommandListRequest,
} from '../services/deployments/queries/list-commands.js'
import { observedDeployments, type ObservedDeployment } from '../services/deployments/queries/observed-deployments.js'
import { loadHistories, type LoadRange } from '../services/deployments/queries/load-history.js'
import type { LoadPeriod } from '../services/deployments/hooks/server-metrics.sql.js'
import { appStatesOf } from '../services/deployments/app-states/record-app-states.js'
import { samplesOf, type StoredSample } from '../services/deployments/hooks/store-sample.js'
import type { AppStateRow } from '../entities/deployments/app-state.entity.js'
import { commandsByIds } from '../services/deployments/queries/commands.js'
import {
  commandValues,
  largeValueBudget,
  MAX_VALUE_BYTES,
  rawReports,
  type LargeValue,
  type LargeValueBudget,
} from '../services/deployments/model/large-values.js'
import type { AccountSnapshot } from '../services/entitlements/model/account-snapshot.js'
import { creditBalancesOf, type CreditBalance } from '../services/entitlements/credits/credit-balances.js'
import type { EntitlementsContext } from '../services/entitlements/entitlements-context.js'
import { compedPlansByIds } from '../services/entitlements/plans/comped-plans-of-account.js'
import { grantsByIds } from '../services/entitlements/credits/grant-queries.js'
import type { UsageAmendmentRow } from '../entities/entitlements/usage-amendment.entity.js'
import type { UsageBatchLineRow } from '../entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '../entities/billing/usage-batch.entity.js'
import type { UsageComparedUseRow } from '../entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonRow } from '../entities/billing/usage-comparison.entity.js'
import { amendmentsByIds } from '../services/billing/usage-amendments/usage-amendments.js'
import {
  accountsOfComparisons,
  comparisonsByIds,
  differencesByIds,
  type ComparedAccount,
} from '../services/billing/usage-comparisons/usage-comparisons.js'
import {
  batchesByIds,
  countLines,
  linesByIds,
  type BatchLineCount,
} from '../services/billing/usage-batches/usage-batches.js'
import { countHolders, type VersionHolders } from '../services/entitlements/plans/plan-holders.js'
import { planEndsOf, type PlanEnd } from '../services/entitlements/plans/plan-ends.js'
import type { AccountLoader } from '../services/identity/accounts/account-loader.js'
import type { PriceListRow } from '../entities/catalog/price-list.entity.js'
import { priceListsByIds } from '../services/ops/prices/price-lists.js'

/** One statement per kind of object and response. Created for each request, and for each event of a subscription. */
export interface Loaders extends BillingLoaders, IdentityLoaders, LedgerLoaders, MarketplaceLoaders, OperatorLoaders {
  readonly snapshots: DataLoader<string, AccountSnapshot | null>
  /** End of the account's last plan of the default group. */
  readonly planEnd: DataLoader<string, PlanEnd | null>
  readonly versionHolders: DataLoader<string, VersionHolders | null>
  readonly creditBalances: DataLoader<string, CreditBalance[]>
  readonly creditGrant: DataLoader<string, CreditGrantRow | null>
  readonly compedPlan: DataLoader<string, { readonly id: string; readonly accountId: string } | null>
  readonly spendCap: DataLoader<string, SpendCapRow | null>
  readonly alert: DataLoader<string, AlertRow | null>
  readonly checkout: DataLoader<string, CheckoutRow | null>
  readonly subscription: DataLoader<string, BillingSubscriptionRow | null>
  readonly liveSubscriptionOfAccount: DataLoader<string, BillingSubscriptionRow | null>
  readonly subscriptionItems: DataLoader<string, SubscriptionItemRow[]>
  readonly subscriptionItem: DataLoader<string, SubscriptionItemRow | null>
  readonly scheduledChange: DataLoader<string, SubscriptionChangeRow | null>
  readonly migrationStepCounts: DataLoader<string, MigrationStepCount[]>
  readonly usageAmendment: DataLoader<string, UsageAmendmentRow | null>
  readonly usageBatch: DataLoader<string, UsageBatchRow | null>
  readonly usageBatchLine: DataLoader<string, UsageBatchLineRow | null>
  readonly priceList: DataLoader<string, PriceListRow | null>
  readonly usageComparison: DataLoader<string, UsageComparisonRow | null>
  readonly usageDifference: DataLoader<string, UsageComparedUseRow | null>
  readonly usageBatchCounts: DataLoader<string, BatchLineCount[]>
  readonly usageComparisonAccounts: DataLoader<string, ComparedAccount[]>
  readonly creditedChange: DataLoader<string, SubscriptionChangeRow | null>
  readonly deployment: DataLoader<string, DeploymentRow | null>
  readonly deploymentByHash: DataLoader<string, DeploymentRow | null>
  readonly agent: DataLoader<string, AgentRow | null>
  readonly agentOfDeployment: DataLoader<string, AgentRow | null>
  readonly hasOutstandingCommand: DataLoader<string, boolean>
  readonly composeAgentOfDeployment: DataLoader<string, ComposeAgentRow | null>
  readonly command: DataLoader<string, CommandRow | null>
  /** Commands by deployment, filter, order and place, and their number. */
  readonly commandList: DataLoader<CommandListRequest, CommandRow[], string>
  readonly commandCount: DataLoader<CommandCountRequest, number, string>
  readonly latestCommands: DataLoader<string, CommandRow[]>
  readonly observedDeployment: DataLoader<string, ObservedDeployment | null>
  readonly appStates: DataLoader<string, AppStateRow[]>
  /** Load of servers, by deployment and range. */
  readonly loadHistory: DataLoader<LoadRange & { readonly deploymentId: string }, LoadPeriod[], string>
  readonly serverSample: DataLoader<string, StoredSample | null>
  /** Large parameters and results of commands, and reports by their own ids: as many as fit into the response. */
  readonly commandParameters: DataLoader<string, LargeValue | null>
  readonly commandResult: DataLoader<string, LargeValue | null>
  readonly rawReport: DataLoader<string, LargeValue | null>
  /** The same for values that are only read, not returned as JSON. */
  readonly resultToRead: DataLoader<string, LargeValue | null>
  readonly reportToRead: DataLoader<string, LargeValue | null>
}

type Parts = Pick<EntitlementsContext, 'database' | 'catalog' | 'clock' | 'entitlements'>

/** Parts of one response. */
interface ResponseParts {
  readonly budget: () => LargeValueBudget
  /** Accounts of the response, which usually has read them already. */
  readonly accounts: () => AccountLoader
}

const makers: {
  readonly [Name in keyof Loaders]: (parts: Parts, response: ResponseParts) => Loaders[Name]
} = {
  ...billingMakers,
  ...identityMakers,
  ...ledgerMakers,
  ...marketplaceMakers,
  ...operatorMakers,
  snapshots: ({ entitlements }, { accounts }) =>
    new DataLoader(async (ids) => {
      const found = await Promise.all(ids.map((id) => accounts().load(id)))
      const snapshots = await entitlements.snapshotReader.readVersions(found.filter((account) => account !== null))
      return ids.map((id) => snapshots.get(id) ?? null)
    }),
  planEnd: ({ database: sql, catalog, clock }) =>
    one(
      (ids) => planEndsOf(sql, ids, catalog.current().defaultGroup, clock.now()),
      (row) => row.accountId,
    ),
  versionHolders: ({ database: sql }) =>
    one(
      (ids) => countHolders(sql, ids),
      (row) => row.planVersionId,
    ),
  creditBalances: ({ database: sql, clock }) =>
    many(
      (ids) => creditBalancesOf(sql, ids, clock.now()),
      (balance) => balance.accountId,
    ),
  creditGrant: ({ database: sql }) => byId((ids) => grantsByIds(sql, ids)),
  compedPlan: ({ database: sql }) => byId((ids) => compedPlansByIds(sql, ids)),
  spendCap: ({ database: sql }) => byId((ids) => capsByIds(sql, ids)),
  alert: ({ database: sql }) => byId((ids) => alertsByIds(sql, ids)),
  checkout: ({ database: sql }) => byId((ids) => checkoutsByIds(sql, ids)),
  subscription: ({ database: sql }) => byId((ids) => subscriptionsByIds(sql, ids)),
  liveSubscriptionOfAccount: ({ database: sql }) =>
    one(
      (ids) => liveSubscriptionsOf(sql, ids),
      (row) => row.accountId,
    ),
  subscriptionItems: ({ database: sql }) =>
    many(
      (ids) => itemsOfSubscriptions(sql, ids),
      (row) => row.subscriptionId,
    ),
  subscriptionItem: ({ database: sql }) => byId((ids) => subscriptionItemsByIds(sql, ids)),
  scheduledChange: ({ database: sql }) =>
    one(
      (ids) => scheduledChangesOf(sql, ids),
      (row) => row.subscriptionId,
    ),
  creditedChange: ({ database: sql }) =>
    one(
      (ids) => creditedChangesOf(sql, ids),
      (row) => row.subscriptionId,
    ),
  migrationStepCounts: ({ database: sql }) =>
    many(
      (ids) => countSteps(sql, ids),
      (count) => count.migrationId,
    ),
  usageAmendment: ({ database: sql }) => byId((ids) => amendmentsByIds(sql, ids)),
  usageBatch: ({ database: sql }) => byId((ids) => batchesByIds(sql, ids)),
  usageBatchLine: ({ database: sql }) => byId((ids) => linesByIds(sql, ids)),
  priceList: ({ database: sql }) => byId((ids) => priceListsByIds(sql, ids)),
  usageComparison: ({ database: sql }) => byId((ids) => comparisonsByIds(sql, ids)),
  usageDifference: ({ database: sql }) => byId((ids) => differencesByIds(sql, ids)),
  usageBatchCounts: ({ database: sql }) =>
    many(
      (ids) => countLines(sql, ids),
      (count) => count.batchId,
    ),
  usageComparisonAccounts: ({ database: sql }) =>
    many(
      (ids) => accountsOfComparisons(sql, ids),
      (account) => account.comparisonId,
    ),
  deployment: ({ database: sql }) => byId((ids) => deploymentsByIds(sql, ids)),
  deploymentByHash: ({ database: sql }) =>
    one(
      (hashes) => deploymentsByHashes(sql, hashes),
      (row) => row.hash,
    ),
  agent: ({ database: sql }) => byId((ids) => agentsByIds(sql, ids)),
  agentOfDeployment: ({ database: sql }) => one((ids) => agentsByDeploymentIds(sql, ids), deploymentOf),
  hasOutstandingCommand: ({ database: sql }) =>
    new DataLoader(async (ids) => {
      const busy = await deploymentsWithOutstandingCommand(sql, ids)
      return ids.map((id) => busy.has(id))
    }),
  composeAgentOfDeployment: ({ database: sql }) => one((ids) => composeAgentsOf(sql, ids), deploymentOf),
  command: ({ database: sql }) => byId((ids) => commandsByIds(sql, ids)),
  commandList: ({ database: sql }) =>
    new DataLoader((requests) => commandLists(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  commandCount: ({ database: sql }) =>
    new DataLoader((requests) => commandCounts(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  latestCommands: ({ database: sql }) => many((ids) => latestCommands(sql, ids), deploymentOf),
  observedDeployment: ({ database: sql }) => one((ids) => observedDeployments(sql, ids), deploymentOf),
  appStates: ({ database: sql }) => many((ids) => appStatesOf(sql, ids), deploymentOf),
  loadHistory: ({ database: sql }) =>
    new DataLoader((requests) => loadHistories(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  serverSample: ({ database: sql }) => one((ids) => samplesOf(sql, ids), deploymentOf),
  commandParameters: ({ database: sql }, { budget }) => byId((ids) => commandValues(sql, 'parameters', ids, budget())),
  commandResult: ({ database: sql }, { budget }) => byId((ids) => commandValues(sql, 'result', ids, budget())),
  rawReport: ({ database: sql }, { budget }) => byId((ids) => rawReports(sql, ids, budget())),
  resultToRead: ({ database: sql }, { budget }) =>
    byId((ids) => commandValues(sql, 'result', ids, budget(), MAX_VALUE_BYTES)),
  reportToRead: ({ database: sql }, { budget }) => byId((ids) => rawReports(sql, ids, budget(), MAX_VALUE_BYTES)),
}

/**
 * Creates each loader at its first use, because most responses use two or three. The getters are on the class, so that
 * a request costs one object.
 */
class LazyLoaders implements ResponseParts {
  readonly made: Partial<Record<keyof Loaders, DataLoader<string, unknown>>> = {}
  private large: LargeValueBudget | undefined
  constructor(
    readonly parts: Parts,
    readonly accounts: () => AccountLoader,
  ) {}

  /** The budget belongs to one response and outlives a clearing of its loaders. */
  readonly budget = (): LargeValueBudget => (this.large ??= largeValueBudget())
}

for (const name of Object.keys(makers) as (keyof Loaders)[])
  Object.defineProperty(LazyLoaders.prototype, name, {
    get(this: LazyLoaders) {
      return (this.made[name] ??= makers[name](this.parts, this) as DataLoader<string, unknown>)
    },
  })

export const createLoaders = (parts: Parts, accounts: () => AccountLoader): Loaders =>
  new LazyLoaders(parts, accounts) as unknown as Loaders

/** Clears the loaders: after a mutation, the next field of the same response must see its effects. */
export function clearLoaded(loaders: Loaders): void {
  for (const loader of Object.values((loaders as unknown as LazyLoaders).made)) loader.clearAll()
}

const deploymentOf = (row: { readonly deploymentId: string }) => row.deploymentId
