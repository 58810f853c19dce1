import type { TemplateStatus } from '#entities/marketplace/template.entity.js'
import type { SyncAction } from '#entities/marketplace/sync-message.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { preferredPrice } from '../products/preferred-price.js'

/** Data of a template and its product that an integration's copy contains. */
export interface SyncInput {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  readonly status: TemplateStatus
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  readonly requiredPlan: string | null
  readonly installCount: number
  readonly approvedAt: Date | null
  readonly category: string | null
  readonly vendorName: string | null
  readonly vendorId: string | null
  /** The template comes from an integration, which is not sent its own content. */
  readonly foreign: boolean
  readonly price: { readonly amountMinor: number; readonly currency: string; readonly interval: string } | null
}

/** A template and its price on sale, in `currency` if it is sold in several. */
export async function loadSyncInput({ query }: Sql, templateId: string, currency: string): Promise<SyncInput | null> {
  const input = await query
    .selectFrom('template')
    .leftJoin('category', 'category.id', 'template.categoryId')
    .leftJoin('vendor', 'vendor.id', 'template.vendorId')
    .leftJoin('product', (join) =>
      join
        .on('product.type', '=', 'TEMPLATE')
        .onRef('product.externalId', '=', 'template.id')
        .on('product.active', '=', true),
    )
    .select((eb) => [
      'template.id',
      'template.slug',
      'template.name',
      'template.shortDescription',
      'template.longDescription',
      'template.status',
      'template.tags',
      'template.techStack',
      'template.infrastructureRequirements',
      'template.requiredPlan',
      'template.installCount',
      'template.approvedAt',
      'category.code as category',
      'vendor.name as vendorName',
      'vendor.id as vendorId',
      eb
        .exists(eb.selectFrom('template_source').select('templateId').whereRef('templateId', '=', 'template.id'))
        .$castTo<boolean>()
        .as('foreign'),
      preferredPrice(query, currency).as('price'),
    ])
    .where('template.id', '=', templateId)
    .executeTakeFirst()
  return input ?? null
}

/** Pure: body of a message in the integration's format. A rejection contains only IDs. */
export function syncBody(
  action: SyncAction,
  input: SyncInput,
  vendorUserId: string | null,
): Readonly<Record<string, unknown>> {
  const ids = { action, stack_template_id: input.id, external_id: input.id }
  if (action === 'template_rejected') return ids
  const price = input.price
  return {
    ...ids,
    code: input.slug,
    name: input.name,
    description: input.shortDescription ?? input.longDescription,
    category_code: input.category,
    category: input.category,
    price: price ? Number(toDecimal(price)) : null,
    billing_cycle: price?.interval === 'MONTH' ? 'monthly' : 'one_time',
    currency: price?.currency ?? 'USD',
    vendor_user_id: vendorUserId !== null && /^\d{1,15}$/.test(vendorUserId) ? Number(vendorUserId) : vendorUserId,
    vendor_name: input.vendorName,
    ...left({
      long_description: input.longDescription,
      tags: input.tags.length ? input.tags : null,
      tech_stack: filled(input.techStack),
      infrastructure_requirements: filled(input.infrastructureRequirements),
      required_plan_name: input.requiredPlan,
      approved_at: input.approvedAt?.toISOString() ?? null,
    }),
    deploy_count: input.installCount,
  }
}

/** Omits missing values, as the integration expects. */
const left = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const filled = (value: Readonly<Record<string, unknown>> | null) =>
  value && Object.keys(value).length > 0 ? value : null

/** Pure: sync action for a template event. Null if there is none. */
export function syncActionOf(type: string, status: TemplateStatus): SyncAction | null {
  const listed = status === 'APPROVED'
  switch (type) {
    case 'template.approved':
      return listed ? 'template_approved' : null
    case 'template.updated':
    case 'template.price_changed':
      // A template that is not listed yet is not sent; its approval sends all of it.
      return listed ? 'template_updated' : null
    case 'template.rejected':
      // A rejected version does not remove the listing.
      return listed ? null : 'template_rejected'
    case 'template.deprecated':
    case 'template.deleted':
    case 'template.price_withdrawn':
      return 'template_rejected'
    default:
      return null
  }
}
