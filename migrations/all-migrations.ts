import { KernelBaseline } from './20261122T1200_kernel_baseline.js'
import { IdentityBaseline } from './20261122T1201_identity_baseline.js'
import { CatalogBaseline } from './20261122T1202_catalog_baseline.js'
import { EntitlementsBaseline } from './20261122T1203_entitlements_baseline.js'
import { BillingBaseline } from './20261122T1204_billing_baseline.js'
import { MarketplaceBaseline } from './20261122T1205_marketplace_baseline.js'
import { DeploymentsBaseline } from './20261122T1206_deployments_baseline.js'
import { OpsBaseline } from './20261122T1207_ops_baseline.js'
import { PaidRaises } from './20261130T0400_paid_raises.js'
import { ExternalPlans } from './20261130T1200_external_plans.js'
import { DefinitionTexts } from './20261130T1800_definition_texts.js'

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
  { name: '20261130T0400_paid_raises', class: PaidRaises },
  { name: '20261130T1200_external_plans', class: ExternalPlans },
  { name: '20261130T1800_definition_texts', class: DefinitionTexts },
]
