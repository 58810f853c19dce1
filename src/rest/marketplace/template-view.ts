import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { saleOf, type ListedTemplate } from '#services/marketplace/templates/templates.js'
import { writtenDefinition } from '#services/marketplace/templates/definition/written-definition.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import { readUnpublished } from '#services/marketplace/templates/unpublished.js'
import type { RequestContext } from '#context/request-context.js'

/**
 * A template in the format of existing pages. Its price is that of its product; the definition is included only for a
 * single template.
 */
export async function toTemplateItem(context: RequestContext, row: ListedTemplate & Partial<TemplateRow>) {
  const { loaders } = context
  const [product, category, vendor] = await Promise.all([
    saleOf(row, (id) => loaders.productOfTemplate.load(id)),
    row.categoryId ? loaders.category.load(row.categoryId) : null,
    row.vendorId ? loaders.vendor.load(row.vendorId) : null,
  ])
  const catalog = context.catalog.current()
  const price = product?.active ? catalog.pricesByProductId.get(product.id)?.[0] : undefined
  return {
    id: row.id,
    slug: row.slug,
    code: row.slug,
    name: row.name,
    short_description: row.shortDescription,
    // A list does without it.
    ...(row.longDescription === undefined ? {} : { long_description: row.longDescription }),
    category: category?.code ?? null,
    tags: row.tags,
    version: row.version,
    status: row.status.toLowerCase(),
    vendor: vendor && { id: vendor.id, name: vendor.name, verified: vendor.verified },
    is_from_marketplace: row.isFromMarketplace,
    is_paid: product?.active ?? false,
    price: price ? toDecimal(price.money) : null,
    currency: price?.money.currency ?? null,
    billing_cycle: price ? (price.interval === 'MONTH' ? 'monthly' : 'one_time') : null,
    required_plan_name: row.requiredPlan,
    stack: row.stack,
    free: row.freeForever,
    infrastructure_requirements: row.infrastructureRequirements,
    tech_stack: row.techStack,
    install_count: row.installCount,
    icon: row.icon,
    ...(row.pictures === undefined ? {} : { pictures: row.pictures, links: row.links ?? [] }),
    created_at: row.createdAt.toISOString(),
    approved_at: row.approvedAt?.toISOString() ?? null,
  }
}

/** One's own template, or one to review, with what is not published yet. */
export async function toFullTemplate(context: RequestContext, row: TemplateRow) {
  const item = await toTemplateItem(context, row)
  const vendor = row.vendorId ? await context.loaders.vendor.load(row.vendorId) : null
  const unpublished = await readUnpublished(context, vendor?.accountId ?? null, async () => ({
    next: await context.loaders.openVersion.load(row.id),
  }))
  if (!unpublished) return item
  const { next } = unpublished
  return {
    ...item,
    definition: writtenDefinition(row),
    parameters: parametersOf(row),
    files: row.files,
    next_version: next && {
      number: next.number,
      status: next.status.toLowerCase(),
      name: next.content.name,
      definition: writtenDefinition(next.content),
      parameters: parametersOf(next.content),
      files: next.content.files ?? [],
      reason: next.reason,
    },
  }
}
