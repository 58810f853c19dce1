import type { Denied } from '#services/kernel/result/denied.js'
import type { TemplateOutcome } from '#services/marketplace/authoring/create-template.js'
import type { Plan } from '#schema/catalog/plan.type.js'
import { toPlan } from '../catalog/plan.mapper.js'
import { unlessDenied } from '../kernel/mutation.js'
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
import { writtenDefinition } from '#services/marketplace/templates/definition/written-definition.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import type { VisibilityReader } from '#services/marketplace/templates/template-visibility.js'
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
    installCount: row.installCount,
    stack: row.stack,
    freeForever: row.freeForever,
    wholeDefinition: row.definition && writtenDefinition({ ...row, definition: row.definition }),
    infrastructureRequirements: row.infrastructureRequirements,
    techStack: row.techStack,
    createdAt: row.createdAt,
    approvedAt: row.approvedAt,
    updatedAt: row.updatedAt ?? row.approvedAt,
    icon: row.icon,
    wholePictures: row.pictures,
    wholeLinks: row.links,
    saleCount: row.saleCount,
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

const CATEGORY_PREFIX = 'cat_'

/** Categories of the User Service are stored under its numbers; every ID of a category has the same prefix. */
const categoryNodeId = (id: string): string => (id.startsWith(CATEGORY_PREFIX) ? id : `${CATEGORY_PREFIX}${id}`)

/** IDs under which the category of a node can be stored. */
export const storedCategoryIds = (id: string): readonly string[] => [id, id.slice(CATEGORY_PREFIX.length)]

export const toCategory = (row: CategoryRow): Category => ({
  __typename: 'Category',
  id: categoryNodeId(row.id),
  externalId: row.id.startsWith(CATEGORY_PREFIX) ? null : row.id,
  code: row.code,
  title: row.title,
  priority: row.priority,
  metadata: row.metadata,
})

export const toVersion = ({ content, ...row }: TemplateVersionRow): TemplateVersion => ({
  __typename: 'TemplateVersion',
  id: row.id,
  templateId: row.templateId,
  number: row.number,
  status: row.status,
  name: content.name,
  shortDescription: content.shortDescription,
  longDescription: content.longDescription,
  categoryCode: content.category,
  tags: content.tags,
  stack: content.stack,
  requiredPlanCode: content.requiredPlan,
  freeForever: content.freeForever,
  definition: writtenDefinition(content),
  parameters: parametersOf(content),
  files: content.files ?? [],
  infrastructureRequirements: content.infrastructureRequirements,
  techStack: content.techStack,
  icon: content.icon,
  pictures: content.pictures,
  links: content.links,
  reviewComment: row.reason,
  findings: reviewWarnings(content.definition, content.files),
  submittedAt: row.submittedAt,
  changedAt: row.updatedAt,
})

export const toReview = (row: TemplateReviewRow): TemplateReview => ({
  __typename: 'TemplateReview',
  id: row.id,
  templateId: row.templateId,
  version: row.version,
  action: row.decision,
  reason: row.reason,
  checklist: row.checklist,
  at: row.at,
})

/** The template after a change, unless it is denied. */
export const toTemplateResult = (
  context: RequestContext,
  outcome: Promise<TemplateOutcome>,
): Promise<Template | Denied> => unlessDenied(outcome, ({ template }) => toTemplate(context, template))

/** Current version of a plan. Null without a code, or if the catalog no longer has the plan. */
export function planOfCode(context: RequestContext, code: string | null): Plan | null {
  const plan = code === null ? undefined : context.catalog.current().planByCode.get(code)
  return plan ? toPlan(plan) : null
}

export const visibilityLoaders = ({ loaders }: RequestContext): VisibilityReader => ({
  template: (id) => loaders.template.load(id),
  vendor: (id) => loaders.vendor.load(id),
})
