import DataLoader from 'dataloader'
import type { ProductRow } from '#entities/catalog/product.entity.js'
import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { TemplateReviewRow } from '#entities/marketplace/template-review.entity.js'
import type { TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { productsOfTemplates } from '#services/catalog/products/products.js'
import {
  balancesOf,
  linesByIds,
  type StatementLine,
  type VendorBalance,
} from '#services/marketplace/earnings/vendor-earnings.js'
import { loadTemplateInputs, type TemplateInput } from '#services/marketplace/eligibility/load-template-inputs.js'
import { ownedTemplatesOf, type OwnedTemplate } from '#services/marketplace/ownership/ownership-queries.js'
import {
  firstPayoutsOf,
  payoutsByIds,
  type FirstPayoutsOfVendor,
} from '#services/marketplace/payouts/vendor-payouts.js'
import {
  firstReviewsOf,
  reviewsByIds,
  type FirstReviewsOfTemplate,
} from '#services/marketplace/review/template-reviews.js'
import {
  categoriesByCodes,
  categoriesByIds,
  templatesByIds,
  vendorsByAccounts,
  vendorsByIds,
} from '#services/marketplace/templates/template-queries.js'
import { openVersionsOf, versionsByIds } from '#services/marketplace/templates/template-records.js'
import {
  firstTemplatesOf,
  templateCountsOf,
  type FirstTemplatesOfVendor,
  type TemplatesOfVendor,
  type VendorTemplateRow,
} from '#services/marketplace/vendors/vendor-templates.js'
import { byId, many, one } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** Loaders of the marketplace. */
export interface MarketplaceLoaders {
  /** By account. */
  readonly ownedTemplates: DataLoader<string, OwnedTemplate[]>
  readonly template: DataLoader<string, TemplateRow | null>
  /** By account and template, as `acc_… tpl_…`. */
  readonly templateInputs: DataLoader<string, TemplateInput | null>
  readonly openVersion: DataLoader<string, TemplateVersionRow | null>
  readonly firstReviewsOfTemplate: DataLoader<FirstReviewsOfTemplate, TemplateReviewRow[], string>
  readonly category: DataLoader<string, CategoryRow | null>
  readonly categoryByCode: DataLoader<string, CategoryRow | null>
  readonly vendor: DataLoader<string, VendorRow | null>
  readonly vendorOfAccount: DataLoader<string, VendorRow | null>
  readonly vendorBalances: DataLoader<string, VendorBalance[]>
  readonly vendorPayout: DataLoader<string, VendorPayoutRow | null>
  readonly earningsEntry: DataLoader<string, StatementLine | null>
  readonly productOfTemplate: DataLoader<string, ProductRow | null>
  readonly templateVersion: DataLoader<string, TemplateVersionRow | null>
  readonly templateReview: DataLoader<string, TemplateReviewRow | null>
  readonly firstTemplatesOfVendor: DataLoader<FirstTemplatesOfVendor, VendorTemplateRow[], string>
  readonly firstPayoutsOfVendor: DataLoader<FirstPayoutsOfVendor, VendorPayoutRow[], string>
  readonly templateCountOfVendor: DataLoader<TemplatesOfVendor, number, string>
}

declare module '../loaders.js' {
  interface Loaders extends MarketplaceLoaders {}
}

export const marketplaceLoaders: LoaderMakers<MarketplaceLoaders> = {
  ownedTemplates: ({ database: sql, clock }) =>
    many(
      (ids) => ownedTemplatesOf(sql, ids, clock.now()),
      (row) => row.accountId,
    ),
  template: ({ database: sql }) => byId((ids) => templatesByIds(sql, ids)),
  templateInputs: ({ database: sql, catalog, clock }) =>
    one(
      (keys) => loadTemplateInputs(sql, keys.map(gateAsk), clock.now(), catalog.current().currency),
      ({ accountId, templateId }) => `${accountId} ${templateId}`,
    ),
  openVersion: ({ database: sql }) =>
    one(
      (ids) => openVersionsOf(sql, ids),
      (row) => row.templateId,
    ),
  firstReviewsOfTemplate: ({ database: sql }) =>
    new DataLoader((asks) => firstReviewsOf(sql, asks), { cacheKeyFn: (ask) => JSON.stringify(ask) }),
  category: ({ database: sql }) => byId((ids) => categoriesByIds(sql, ids)),
  categoryByCode: ({ database: sql }) =>
    one(
      (codes) => categoriesByCodes(sql, codes),
      (row) => row.code,
    ),
  vendor: ({ database: sql }) => byId((ids) => vendorsByIds(sql, ids)),
  vendorOfAccount: ({ database: sql }) =>
    one(
      (ids) => vendorsByAccounts(sql, ids),
      (row) => row.accountId ?? '',
    ),
  vendorBalances: ({ database: sql }) =>
    many(
      (ids) => balancesOf(sql, ids),
      (row) => row.vendorId,
    ),
  vendorPayout: ({ database: sql }) => byId((ids) => payoutsByIds(sql, ids)),
  earningsEntry: ({ database: sql }) => byId((ids) => linesByIds(sql, ids)),
  productOfTemplate: ({ database: sql }) =>
    one(
      (ids) => productsOfTemplates(sql, ids),
      (row) => row.externalId!,
    ),
  templateVersion: ({ database: sql }) => byId((ids) => versionsByIds(sql, ids)),
  templateReview: ({ database: sql }) => byId((ids) => reviewsByIds(sql, ids)),
  firstTemplatesOfVendor: ({ database: sql }) =>
    new DataLoader((asks) => firstTemplatesOf(sql, asks), { cacheKeyFn: (ask) => JSON.stringify(ask) }),
  firstPayoutsOfVendor: ({ database: sql }) =>
    new DataLoader((asks) => firstPayoutsOf(sql, asks), { cacheKeyFn: (ask) => JSON.stringify(ask) }),
  templateCountOfVendor: ({ database: sql }) =>
    new DataLoader((asks) => templateCountsOf(sql, asks), { cacheKeyFn: (ask) => JSON.stringify(ask) }),
}

const gateAsk = (key: string) => {
  const [accountId = '', templateId = ''] = key.split(' ')
  return { accountId, templateId }
}
