import { CreateKernel } from './20261120T0900_kernel_create.js'
import { CreateIdentity } from './20261120T0901_identity_create.js'
import { CreateCatalog } from './20261120T0902_catalog_create.js'
import { CreateEntitlements } from './20261120T0903_entitlements_create.js'
import { CreateBilling } from './20261120T0904_billing_create.js'
import { CreateMarketplace } from './20261120T0905_marketplace_create.js'
import { CreateDeployments } from './20261120T0906_deployments_create.js'
import { CreatePackages } from './20261120T1115_catalog_packages.js'
import { IndexInboxByState } from './20261120T1230_kernel_inbox_by_state.js'
import { CreateReconciliation } from './20261120T1231_ops_reconciliation.js'
import { CreateRateCounts } from './20261120T1233_entitlements_rates.js'
import { CreateMail } from './20261120T1234_kernel_mail.js'
import { CreateSubscriptionChanges } from './20261120T1235_billing_subscription_changes.js'
import { SealCommandParameters } from './20261120T1241_deployments_seal_parameters.js'
import { CountMembers } from './20261120T1251_identity_count_members.js'
import { CreateHoldings } from './20261120T1252_entitlements_create_holdings.js'
import { DeliverCommands } from './20261120T1320_deployments_delivery.js'
import { CreatePurchases } from './20261120T1330_billing_purchases.js'
import { CreateOwnership } from './20261120T1331_marketplace_ownership.js'
import { TellChangesLater } from './20261120T1335_billing_untold_changes.js'
import { HearAgents } from './20261120T1400_deployments_agent_words.js'
import { CreateUsageReports } from './20261120T1401_billing_usage_reports.js'

/** In order of application. Append only; a landed migration is never edited. */
export const allMigrations = [
  { name: '20261120T0900_kernel_create', class: CreateKernel },
  { name: '20261120T0901_identity_create', class: CreateIdentity },
  { name: '20261120T0902_catalog_create', class: CreateCatalog },
  { name: '20261120T0903_entitlements_create', class: CreateEntitlements },
  { name: '20261120T0904_billing_create', class: CreateBilling },
  { name: '20261120T0905_marketplace_create', class: CreateMarketplace },
  { name: '20261120T0906_deployments_create', class: CreateDeployments },
  { name: '20261120T1115_catalog_packages', class: CreatePackages },
  { name: '20261120T1230_kernel_inbox_by_state', class: IndexInboxByState },
  { name: '20261120T1231_ops_reconciliation', class: CreateReconciliation },
  { name: '20261120T1233_entitlements_rates', class: CreateRateCounts },
  { name: '20261120T1234_kernel_mail', class: CreateMail },
  { name: '20261120T1235_billing_subscription_changes', class: CreateSubscriptionChanges },
  { name: '20261120T1241_deployments_seal_parameters', class: SealCommandParameters },
  { name: '20261120T1251_identity_count_members', class: CountMembers },
  { name: '20261120T1252_entitlements_create_holdings', class: CreateHoldings },
  { name: '20261120T1320_deployments_delivery', class: DeliverCommands },
  { name: '20261120T1330_billing_purchases', class: CreatePurchases },
  { name: '20261120T1331_marketplace_ownership', class: CreateOwnership },
  { name: '20261120T1335_billing_untold_changes', class: TellChangesLater },
  { name: '20261120T1400_deployments_agent_words', class: HearAgents },
  { name: '20261120T1401_billing_usage_reports', class: CreateUsageReports },
]
