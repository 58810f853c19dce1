import type { CategoryRow } from '../../entities/marketplace/category.entity.js'
import type { TemplateRow } from '../../entities/marketplace/template.entity.js'
import type { Category } from '../../schema/marketplace/category.type.js'
import type { Template } from '../../schema/marketplace/template.type.js'
import type { RequestContext } from '../../context/request-context.js'

/** A template as clients see it. What it costs follows from its product, never from the template. */
export async function toTemplate(context: RequestContext, row: TemplateRow): Promise<Template> {
  const product = await context.loaders.productOfTemplate.load(row.id)
  return {
    __typename: 'Template',
    id: row.id,
    slug: row.slug,
    name: row.name,
    shortDescription: row.shortDescription,
    longDescription: row.longDescription,
    categoryId: row.categoryId,
    tags: row.tags,
    version: row.version,
    status: row.status,
    vendorId: row.vendorId,
    isFromMarketplace: row.isFromMarketplace,
    isPaid: product?.active ?? false,
    requiredPlanName: row.requiredPlan,
    productId: product?.id ?? null,
    rating: row.rating,
    ratingCount: row.ratingCount,
    installCount: row.installCount,
    viewCount: row.viewCount,
    definition: context.caller.kind === 'anonymous' ? null : row.definition,
    infrastructureRequirements: row.infrastructureRequirements,
    techStack: row.techStack,
    createdAt: row.createdAt,
    approvedAt: row.approvedAt,
  }
}

export const toCategory = (row: CategoryRow): Category => ({
  __typename: 'Category',
  id: row.id,
  code: row.code,
  title: row.title,
  priority: row.priority,
  metadata: row.metadata,
})
