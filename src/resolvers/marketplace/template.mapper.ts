import type { TemplateResult } from '#schema/marketplace/template-mutations.type.js'
import type { TemplateOutcome } from '#services/marketplace/authoring/create-template.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { TemplateReviewRow } from '#entities/marketplace/template-review.entity.js'
import type { TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Category } from '#schema/marketplace/category.type.js'
import type { TemplateReview, TemplateVersion } from '#schema/marketplace/template-version.type.js'
import type { Template } from '#schema/marketplace/template.type.js'
import type { Vendor } from '#schema/marketplace/vendor.type.js'
import { saleOf, type ListedTemplate } from '#services/marketplace/templates/templates.js'
import { reviewWarnings } from '#services/marketplace/templates/definition/review-warnings.js'
import type { RequestContext } from '#context/request-context.js'

/** A template as clients see it. What it costs follows from its product, never from the template. */
export async function toTemplate(
  context: RequestContext,
  row: ListedTemplate & Partial<TemplateRow>,
): Promise<Template> {
  const product = await saleOf(row, (id) => context.loaders.productOfTemplate.load(id))
  return {
    __typename: 'Template',
    id: row.id,
    slug: row.slug,
    name: row.name,
    shortDescription: row.shortDescription,
    wholeDescription: row.longDescription,
    categoryId: row.categoryId,
    tags: row.tags,
    version: row.version,
    status: row.status,
    vendorId: row.vendorId,
    isFromMarketplace: row.isFromMarketplace,
    isPaid: product?.active ?? false,
    requiredPlanCode: row.requiredPlan,
    productId: product?.id ?? null,
    rating: row.rating,
    ratingCount: row.ratingCount,
    installCount: row.installCount,
    viewCount: row.viewCount,
    stack: row.stack,
    freeForever: row.freeForever,
    wholeDefinition: row.definition,
    infrastructureRequirements: row.infrastructureRequirements,
    techStack: row.techStack,
    createdAt: row.createdAt,
    approvedAt: row.approvedAt,
  }
}

export const toVendor = (row: VendorRow): Vendor => ({
  __typename: 'Vendor',
  id: row.id,
  name: row.name,
  verified: row.verified,
  description: row.description,
  website: row.website,
  createdAt: row.createdAt,
  accountId: row.accountId,
  payoutAccountId: row.payoutAccountId,
})

export const toCategory = (row: CategoryRow): Category => ({
  __typename: 'Category',
  id: row.id,
  code: row.code,
  title: row.title,
  priority: row.priority,
  metadata: row.metadata,
})

export const toVersion = ({ content, ...row }: TemplateVersionRow): TemplateVersion => ({
  number: row.number,
  status: row.status,
  name: content.name,
  shortDescription: content.shortDescription,
  longDescription: content.longDescription,
  category: content.category,
  tags: content.tags,
  stack: content.stack,
  requiredPlanCode: content.requiredPlan,
  freeForever: content.freeForever,
  definition: content.definition,
  infrastructureRequirements: content.infrastructureRequirements,
  techStack: content.techStack,
  reviewComment: row.reason,
  warnings: reviewWarnings(content.definition),
  submittedAt: row.submittedAt,
  updatedAt: row.updatedAt,
})

export const toReview = ({ version, decision, reason, checklist, at }: TemplateReviewRow): TemplateReview => ({
  version,
  action: decision,
  reason,
  checklist,
  at,
})

/** A changed template as a member of the result union. */
export async function toTemplateResult(context: RequestContext, outcome: TemplateOutcome): Promise<TemplateResult> {
  return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
}
