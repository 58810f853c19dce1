import { usageBatchForms } from '../services/billing/usage-batches/usage-batches.citus.js'
import { agentHeartbeatForms } from '../services/deployments/agents/agent-heartbeats.citus.js'
import { appStateForms } from '../services/deployments/app-states/record-app-states.citus.js'
import { claimCommandForms } from '../services/deployments/commands/claim-commands.citus.js'
import { insertCommandForms } from '../services/deployments/commands/insert-commands.citus.js'
import { transitionCommandForms } from '../services/deployments/commands/transition-commands.citus.js'
import { storeSampleForms } from '../services/deployments/hooks/store-sample.citus.js'
import { deploymentQueryForms } from '../services/deployments/model/deployment-queries.citus.js'
import { latestCommandForms } from '../services/deployments/model/latest-commands.citus.js'
import { markOnlineForms } from '../services/deployments/presence/mark-online.citus.js'
import { deploymentEventForms } from '../services/deployments/queries/deployment-events.citus.js'
import { observedDeploymentForms } from '../services/deployments/queries/observed-deployments.citus.js'
import { engineForms } from '../services/entitlements/engine/engine.citus.js'
import { persistForms } from '../services/entitlements/persist/persist-changes.citus.js'
import { loadSnapshotForms } from '../services/entitlements/snapshot/snapshot.citus.js'
import { accountReferenceForms } from '../services/identity/accounts/account-reference.citus.js'
import { eventForms } from '../services/kernel/events/events.citus.js'
import { snapshotForms } from '../services/kernel/events/follow-snapshots.citus.js'
import { countForms } from '../services/marketplace/counts/counts.citus.js'
import { eligibilityForms } from '../services/marketplace/eligibility/eligibility.citus.js'
import { vendorPayoutForms } from '../services/marketplace/payouts/vendor-payouts.citus.js'
import { vendorForms } from '../services/marketplace/vendors/vendors.citus.js'
import { analyticsForms } from '../services/ops/analytics/analytics.citus.js'
import { churnForms } from '../services/ops/analytics/churn.citus.js'
import { countSalesForms } from '../services/ops/analytics/count-sales.citus.js'
import { recurringRevenueForms } from '../services/ops/analytics/recurring-revenue.citus.js'
import { invariantForms } from '../services/ops/invariants/invariants.citus.js'
import { ledgerChainForms } from '../services/ops/ledger-chain/ledger-chain.citus.js'
import { moneyForms } from '../services/ops/reconciliation/money/money.citus.js'
import { retentionForms } from '../services/ops/retention/retention.citus.js'
import type { Form } from '../services/kernel/database/forms.js'
import { findLayoutWith } from '../services/kernel/database/layout.citus.js'

/** Other forms of statements and functions, for a database that Citus distributes over machines. */
export const citusForms: readonly Form[] = [
  ...eventForms,
  ...usageBatchForms,
  ...agentHeartbeatForms,
  ...appStateForms,
  ...claimCommandForms,
  ...insertCommandForms,
  ...transitionCommandForms,
  ...storeSampleForms,
  ...deploymentQueryForms,
  ...latestCommandForms,
  ...markOnlineForms,
  ...deploymentEventForms,
  ...observedDeploymentForms,
  ...engineForms,
  ...persistForms,
  ...loadSnapshotForms,
  ...accountReferenceForms,
  ...snapshotForms,
  ...countForms,
  ...eligibilityForms,
  ...vendorPayoutForms,
  ...vendorForms,
  ...analyticsForms,
  ...churnForms,
  ...countSalesForms,
  ...recurringRevenueForms,
  ...invariantForms,
  ...ledgerChainForms,
  ...moneyForms,
  ...retentionForms,
]

/** Finds out where the tables of a database are. */
export const findLayout = findLayoutWith(citusForms)
