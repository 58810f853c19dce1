import { KernelBaseline } from './20261122T1200_kernel_baseline.js'
import { IdentityBaseline } from './20261122T1201_identity_baseline.js'
import { CatalogBaseline } from './20261122T1202_catalog_baseline.js'
import { EntitlementsBaseline } from './20261122T1203_entitlements_baseline.js'
import { BillingBaseline } from './20261122T1204_billing_baseline.js'
import { MarketplaceBaseline } from './20261122T1205_marketplace_baseline.js'
import { DeploymentsBaseline } from './20261122T1206_deployments_baseline.js'
import { OpsBaseline } from './20261122T1207_ops_baseline.js'
import { AdoptedCustomers } from './20261124T2000_billing_adopted_customers.js'
import { OverageUsage } from './20261124T2040_overage_usage.js'
import { CompedPlans } from './20261124T2240_entitlements_comped_plans.js'
import { OverageInvoices } from './20261124T2300_overage_invoices.js'
import { NegotiatedPlans } from './20261125T0300_billing_negotiated_plans.js'
import { TrialExtensions } from './20261125T0200_billing_trial_extensions.js'
import { MoneyCaps } from './20261125T0230_money_caps.js'
import { UsageBatches } from './20261125T0255_usage_batches.js'
import { MemberCaps } from './20261125T0830_member_caps.js'
import { UsageComparisons } from './20261125T0840_usage_comparisons.js'
import { UsageBatchMembers } from './20261125T1506_usage_batch_members.js'
import { UsageAlerts } from './20261125T0310_usage_alerts.js'
import { OverageEnd } from './20261125T0330_overage_end.js'
import { SubscriptionDiscounts } from './20261125T1502_billing_subscription_discounts.js'

/** In order of application. Append only; a migration of a release is never edited. */
export const allMigrations = [
  { name: '20261122T1200_kernel_baseline', class: KernelBaseline },
  { name: '20261122T1201_identity_baseline', class: IdentityBaseline },
  { name: '20261122T1202_catalog_baseline', class: CatalogBaseline },
  { name: '20261122T1203_entitlements_baseline', class: EntitlementsBaseline },
  { name: '20261122T1204_billing_baseline', class: BillingBaseline },
  { name: '20261122T1205_marketplace_baseline', class: MarketplaceBaseline },
  { name: '20261122T1206_deployments_baseline', class: DeploymentsBaseline },
  { name: '20261122T1207_ops_baseline', class: OpsBaseline },
  { name: '20261124T2000_billing_adopted_customers', class: AdoptedCustomers },
  { name: '20261124T2040_overage_usage', class: OverageUsage },
  { name: '20261124T2240_entitlements_comped_plans', class: CompedPlans },
  { name: '20261124T2300_overage_invoices', class: OverageInvoices },
  { name: '20261125T0200_billing_trial_extensions', class: TrialExtensions },
  { name: '20261125T0230_money_caps', class: MoneyCaps },
  { name: '20261125T0255_usage_batches', class: UsageBatches },
  { name: '20261125T0300_billing_negotiated_plans', class: NegotiatedPlans },
  { name: '20261125T0310_usage_alerts', class: UsageAlerts },
  { name: '20261125T0330_overage_end', class: OverageEnd },
  { name: '20261125T0830_member_caps', class: MemberCaps },
  { name: '20261125T0840_usage_comparisons', class: UsageComparisons },
  { name: '20261125T1502_billing_subscription_discounts', class: SubscriptionDiscounts },
  { name: '20261125T1506_usage_batch_members', class: UsageBatchMembers },
]
