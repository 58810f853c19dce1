import { KernelBaseline } from './20261122T1200_kernel_baseline.js'
import { IdentityBaseline } from './20261122T1201_identity_baseline.js'
import { CatalogBaseline } from './20261122T1202_catalog_baseline.js'
import { EntitlementsBaseline } from './20261122T1203_entitlements_baseline.js'
import { BillingBaseline } from './20261122T1204_billing_baseline.js'
import { MarketplaceBaseline } from './20261122T1205_marketplace_baseline.js'
import { DeploymentsBaseline } from './20261122T1206_deployments_baseline.js'
import { OpsBaseline } from './20261122T1207_ops_baseline.js'
import { CoreFigures } from './20261122T1208_core_figures.js'
import { BillingFigures } from './20261122T1209_billing_figures.js'
import { PaidRaises } from './20261130T0400_paid_raises.js'
import { ExternalPlans } from './20261130T1200_external_plans.js'
import { DefinitionTexts } from './20261130T1800_definition_texts.js'
import { RevertedAfter } from './20261130T1900_reverted_after.js'
import { TemplateParameters } from './20261130T1910_template_parameters.js'
import { DeploymentValues } from './20261130T1911_deployment_values.js'
import { BrokerMessageTexts } from './20261130T2000_broker_message_texts.js'
import { UsageCosts } from './20261130T2230_usage_costs.js'
import { MachinePayments } from './20261130T2250_machine_payments.js'

/**
 * In order of application, each with the module whose tables it changes. Append only; a migration of a release is never edited. A module that is
 * added later is migrated after all migrations of the others: a migration reads tables of its own module alone, and refers to primary keys of lower ones.
 */
export const allMigrations = [
  { module: 'core', name: '20261122T1200_kernel_baseline', class: KernelBaseline },
  { module: 'core', name: '20261122T1201_identity_baseline', class: IdentityBaseline },
  { module: 'core', name: '20261122T1202_catalog_baseline', class: CatalogBaseline },
  { module: 'core', name: '20261122T1203_entitlements_baseline', class: EntitlementsBaseline },
  { module: 'billing', name: '20261122T1204_billing_baseline', class: BillingBaseline },
  { module: 'marketplace', name: '20261122T1205_marketplace_baseline', class: MarketplaceBaseline },
  { module: 'deployments', name: '20261122T1206_deployments_baseline', class: DeploymentsBaseline },
  { module: 'operations', name: '20261122T1207_ops_baseline', class: OpsBaseline },
  { module: 'core', name: '20261122T1208_core_figures', class: CoreFigures },
  { module: 'billing', name: '20261122T1209_billing_figures', class: BillingFigures },
  { module: 'core', name: '20261130T0400_paid_raises', class: PaidRaises },
  { module: 'core', name: '20261130T1200_external_plans', class: ExternalPlans },
  { module: 'marketplace', name: '20261130T1800_definition_texts', class: DefinitionTexts },
  { module: 'billing', name: '20261130T1900_reverted_after', class: RevertedAfter },
  { module: 'marketplace', name: '20261130T1910_template_parameters', class: TemplateParameters },
  { module: 'deployments', name: '20261130T1911_deployment_values', class: DeploymentValues },
  { module: 'deployments', name: '20261130T2000_broker_message_texts', class: BrokerMessageTexts },
  { module: 'core', name: '20261130T2230_usage_costs', class: UsageCosts },
  { module: 'billing', name: '20261130T2250_machine_payments', class: MachinePayments },
]
