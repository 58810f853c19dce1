import type { Transaction } from '#services/kernel/database/database.js'
import { CUSTOM_STACK } from '../model/content-input.js'
import { shareCategories } from '../categories/category-lock.js'
import type { SyncedContent } from './sync-request.js'
import { upsertExternalTemplate } from './sync.sql.js'

export interface SyncedTemplate {
  readonly templateId: string
  readonly numericId: boolean
  readonly content: SyncedContent
  /** The fingerprint of an approval; null for an update. */
  readonly approval: string | null
  /** True if the request lists the template: an approval does, an update does not change the listing. */
  readonly lists: boolean
}

/** Writes a synced template. Unchanged content is not written. The User Service does not state a stack: every plan supports the custom one. */
export async function upsertSyncedTemplate(
  transaction: Transaction,
  { templateId, numericId, content, approval, lists }: SyncedTemplate,
): Promise<{ changed: boolean; vendorId: string | null }> {
  const vendorId = await vendorOf(transaction, content)
  const categoryId = content.category ? await categoryOf(transaction, content.category) : null
  const written = await transaction.run(upsertExternalTemplate, {
    id: templateId,
    slug: content.code,
    name: content.name,
    shortDescription: content.description,
    longDescription: content.longDescription,
    categoryId,
    vendorId,
    tags: content.tags,
    stack: CUSTOM_STACK,
    requiredPlan: content.requiredPlan,
    infrastructureRequirements: content.infrastructureRequirements,
    techStack: content.techStack,
    lists,
  })
  const source = { numericId, vendorUserId: content.vendorUserId, vendorName: content.vendorName }
  await transaction.query
    .insertInto('template_source')
    .values({ templateId, ...source, approval })
    .onConflict((conflict) =>
      conflict.column('templateId').doUpdateSet((eb) => ({
        ...source,
        syncedAt: eb.ref('excluded.syncedAt'),
        ...(approval === null ? {} : { approval }),
      })),
    )
    .execute()
  return { changed: written > 0, vendorId }
}

/**
 * The vendor of a user of the User Service. Names are unique here but not there: another user with the same name gets
 * its ID appended, so that sales are never attributed to the wrong vendor.
 */
async function vendorOf(transaction: Transaction, content: SyncedContent): Promise<string | null> {
  const { vendorUserId, vendorName } = content
  if (!vendorName) return null
  const known = await transaction.query
    .selectFrom('template_source')
    .innerJoin('template', 'template.id', 'template_source.templateId')
    .select('template.vendorId')
    .where('template_source.vendorUserId', '=', vendorUserId)
    .where('template_source.vendorName', '=', vendorName)
    .where('template.vendorId', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (known) return known.vendorId
  const uniqueName = `${vendorName} (${vendorUserId ?? 'sibling'})`
  for (const name of [vendorName, uniqueName]) {
    const vendor = await transaction.query
      .insertInto('vendor')
      .values({ id: transaction.newId('ven'), name })
      .onConflict((conflict) => conflict.constraint('vendor_name').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (vendor) return vendor.id
  }
  const vendor = await transaction.query
    .selectFrom('vendor')
    .select('id')
    .where('name', '=', uniqueName)
    .executeTakeFirst()
  return vendor?.id ?? null
}

/** The category of a code. An unknown category is named by its code until it is synced. */
async function categoryOf(transaction: Transaction, code: string): Promise<string> {
  await shareCategories(transaction)
  await transaction.query
    .insertInto('category')
    .values({ id: transaction.newId('cat'), code, title: code, metadata: {} })
    .onConflict((conflict) => conflict.constraint('category_code').doNothing())
    .execute()
  const category = await transaction.query
    .selectFrom('category')
    .select('id')
    .where('code', '=', code)
    .executeTakeFirstOrThrow()
  return category.id
}
