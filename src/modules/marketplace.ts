import { marketplaceLoaders } from '../context/marketplace/marketplace-loaders.js'
import { CategorySchema } from '../entities/marketplace/category.entity.js'
import { EarningsEntrySchema } from '../entities/marketplace/earnings-entry.entity.js'
import { SyncMessageSchema } from '../entities/marketplace/sync-message.entity.js'
import { TemplateInstallSchema } from '../entities/marketplace/template-install.entity.js'
import { TemplateOwnershipSchema } from '../entities/marketplace/template-ownership.entity.js'
import { TemplateRatingSchema } from '../entities/marketplace/template-rating.entity.js'
import { TemplateReviewSchema } from '../entities/marketplace/template-review.entity.js'
import { TemplateSourceSchema } from '../entities/marketplace/template-source.entity.js'
import { TemplateVersionSchema } from '../entities/marketplace/template-version.entity.js'
import { TemplateSchema } from '../entities/marketplace/template.entity.js'
import { VendorPayoutSchema } from '../entities/marketplace/vendor-payout.entity.js'
import { VendorSchema } from '../entities/marketplace/vendor.entity.js'
import { CategoryResolver } from '../resolvers/marketplace/category.resolver.js'
import { GrantTemplateResolver } from '../resolvers/marketplace/grant-template.resolver.js'
import { loadTemplate, marketplaceNodes } from '../resolvers/marketplace/marketplace-nodes.js'
import { PayoutsResolver } from '../resolvers/marketplace/payouts.resolver.js'
import {
  AccountTemplatesResolver,
  PurchaseTemplateResolver,
} from '../resolvers/marketplace/purchase-template.resolver.js'
import { SoldProductResolver } from '../resolvers/marketplace/sold-product.resolver.js'
import { TemplateChangesResolver } from '../resolvers/marketplace/template-changes.resolver.js'
import { TemplateReviewResolver } from '../resolvers/marketplace/template-review.resolver.js'
import {
  ReviewedTemplateResolver,
  TemplateVersionResolver,
} from '../resolvers/marketplace/template-version.resolver.js'
import {
  DeniedTemplateResolver,
  TemplateConnectionResolver,
  TemplateResolver,
} from '../resolvers/marketplace/template.resolver.js'
import {
  AccountVendorResolver,
  EarningsEntryResolver,
  VendorFieldsResolver,
  VendorPayoutResolver,
  ViewerVendorResolver,
} from '../resolvers/marketplace/vendor-fields.resolver.js'
import { VendorProfileResolver } from '../resolvers/marketplace/vendor-profile.resolver.js'
import { VendorConnectionResolver, VendorResolver } from '../resolvers/marketplace/vendor.resolver.js'
import { integrationRoutes } from '../rest/marketplace/integrations.js'
import { deniedTemplate } from '../rest/marketplace/denied-template.js'
import { profileRoutes } from '../rest/marketplace/profiles.js'
import { templateCheckoutRoutes } from '../rest/marketplace/template-checkout.js'
import { templateRoutes } from '../rest/marketplace/templates.js'
import { vendorEarningsRoutes } from '../rest/marketplace/vendor-earnings.js'
import { startCategorySync } from '../services/marketplace/categories/sync-categories.js'
import { templateFulfillment } from '../services/marketplace/ownership/template-fulfillment.js'
import { recordSale } from '../services/marketplace/earnings/record-sale.js'
import { startMarketplaceJobs } from '../services/marketplace/marketplace-jobs.js'
import { OWNERSHIP_EXPIRE } from '../services/marketplace/ownership/apply-ownership.js'
import { expireOwnership } from '../services/marketplace/ownership/expire-ownership.js'
import { PAYOUT_RESUME, resumePayout } from '../services/marketplace/payouts/pay-out-vendor.js'
import { templateRemedies } from '../services/marketplace/purchases/template-remedies.js'
import { queueSync } from '../services/marketplace/sync/queue-sync.js'
import { startSyncSender } from '../services/marketplace/sync/send-sync.js'
import { startPlanImport } from '../services/marketplace/user-service/import-plans-and-prices.js'
import { marketplaceErasure } from '../services/marketplace/account-data/marketplace-erasure.js'
import { marketplaceRules } from '../services/marketplace/invariants/marketplace-rules.js'
import { marketplaceRetention } from '../services/marketplace/retention/marketplace-retention.js'
import { applyMarketplace } from '../services/marketplace/load/load-marketplace.js'
import { createEntitlementSync } from '../services/marketplace/user-service/sync-user-entitlements.js'
import { marketplaceEvents } from '../services/marketplace/event-data/marketplace-events.js'
import '../schema/marketplace/extended-types.js'
import { VendorMetricsResolver } from '../resolvers/marketplace/vendor-metrics.resolver.js'
import { earningsMetrics, installMetrics } from '../services/marketplace/metrics/earnings.js'
import { marketplaceSearch } from '../services/marketplace/search/search-ctes.js'
import { marketplaceSettings } from '../services/marketplace/settings/marketplace-settings.js'
import { marketplacePages } from '../rest/marketplace/lead-on-pages.js'
import { marketplacePermissions, marketplaceScopes } from '../services/marketplace/access/marketplace-permissions.js'
import { defineModule } from './module.js'

/** Its tables. They give statements their types. */
export const marketplaceEntities = [
  CategorySchema,
  VendorSchema,
  TemplateSchema,
  TemplateOwnershipSchema,
  TemplateVersionSchema,
  TemplateReviewSchema,
  VendorPayoutSchema,
  EarningsEntrySchema,
  TemplateInstallSchema,
  TemplateRatingSchema,
  TemplateSourceSchema,
  SyncMessageSchema,
] as const

/** Templates of vendors: publication, review, purchase and payout. */
export const marketplace = defineModule({
  name: 'marketplace',
  requires: ['core', 'billing'],
  entities: marketplaceEntities,
  resolvers: [
    SoldProductResolver,
    DeniedTemplateResolver,
    TemplateResolver,
    CategoryResolver,
    TemplateConnectionResolver,
    PayoutsResolver,
    VendorResolver,
    VendorConnectionResolver,
    AccountVendorResolver,
    VendorFieldsResolver,
    VendorMetricsResolver,
    EarningsEntryResolver,
    VendorPayoutResolver,
    ViewerVendorResolver,
    VendorProfileResolver,
    TemplateChangesResolver,
    TemplateReviewResolver,
    TemplateVersionResolver,
    ReviewedTemplateResolver,
    PurchaseTemplateResolver,
    GrantTemplateResolver,
    AccountTemplatesResolver,
  ],
  parts: () => ({ parts: { fulfillments: { TEMPLATE: templateFulfillment } } }),
  loaders: marketplaceLoaders,
  nodes: marketplaceNodes,
  otherNodes: [loadTemplate],
  remedies: { decisions: templateRemedies, fields: { TemplateNotPurchased: deniedTemplate } },
  routes: (host) => [
    templateCheckoutRoutes(host),
    profileRoutes(host),
    templateRoutes(host),
    vendorEarningsRoutes(host),
    integrationRoutes(host),
  ],
  settings: marketplaceSettings,
  permissions: marketplacePermissions,
  scopes: marketplaceScopes,
  pages: marketplacePages,
  dashboardPages: {
    marketplace: [
      '/market',
      '/market/$slug',
      '/market/vendors/$vendor',
      '/vendor',
      '/vendor/templates/$id',
      '/vendor/earnings',
    ],
    operations: ['/ops/reviews', '/ops/reviews/$id', '/ops/vendors'],
  },
  documentation: ['marketplace.md', 'tutorials/marketplace.md', 'facts/compose.md'],
  events: marketplaceEvents,
  on: (system, inContext) => ({
    '*': [(event) => queueSync(event, system)],
    'purchase.paid': [inContext(recordSale)],
    'purchase.disputed': [inContext(recordSale)],
    'purchase.restored': [inContext(recordSale)],
    'purchase.refunded': [inContext(recordSale)],
    'purchase.charged_back': [inContext(recordSale)],
  }),
  jobs: { [OWNERSHIP_EXPIRE]: expireOwnership, [PAYOUT_RESUME]: resumePayout },
  catalogSections: [applyMarketplace],
  afterSignIn: (system) => {
    const syncEntitlements = createEntitlementSync(system)
    return async ({ personAccountId }, { profile }) => {
      if (profile) await syncEntitlements(personAccountId, profile)
    }
  },
  invariants: marketplaceRules,
  search: marketplaceSearch,
  metrics: { ...earningsMetrics, ...installMetrics },
  erasure: marketplaceErasure,
  retention: marketplaceRetention,
  processMetrics: ['templateSyncMessages'],
  workers: (system) => {
    const { userService } = system
    return [
      startMarketplaceJobs(system),
      ...(userService
        ? [
            startSyncSender(system, userService),
            startCategorySync(system, userService),
            startPlanImport(system, userService),
          ]
        : []),
    ]
  },
})
