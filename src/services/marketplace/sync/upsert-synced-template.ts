import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import { holdCategories } from '../categories/category-lock.js'
import type { SyncedContent } from './sync-request.js'

/** The User Service does not state the stack of its templates: they get a separate stack that every plan supports. */
const OWN_STACK = 'custom'

export interface SyncedTemplate {
  readonly templateId: string
  readonly numericId: boolean
  readonly content: SyncedContent
  /** The fingerprint of an approval; null for an update. */
  readonly approval: string | null
  /** True if the request lists the template: an approval does, an update does not change the listing. */
  readonly lists: boolean
}

/** Writes a synced template. Unchanged content is not written. */
export async function upsertSyncedTemplate(
  transaction: Transaction,
  { templateId, numericId, content, approval, lists }: SyncedTemplate,
): Promise<{ changed: boolean; vendorId: string | null }> {
  const vendorId = await vendorOf(transaction, content)
  const categoryId = content.category ? await categoryOf(transaction, content.category) : null
  const written = await transaction.run(
    `insert into template (id, slug, name, short_description, long_description, category_id, vendor_id, tags, status, stack, required_plan,
       definition, infrastructure_requirements, tech_stack, approved_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'APPROVED', '${OWN_STACK}', $9, '{}', $10, $11, now())
     on conflict (id) do update set slug = excluded.slug, name = excluded.name, short_description = excluded.short_description,
       long_description = coalesce(excluded.long_description, template.long_description),
       category_id = coalesce(excluded.category_id, template.category_id), vendor_id = excluded.vendor_id, tags = excluded.tags,
       required_plan = excluded.required_plan, tech_stack = coalesce(excluded.tech_stack, template.tech_stack),
       infrastructure_requirements = coalesce(excluded.infrastructure_requirements, template.infrastructure_requirements),
       status = case when $12 then 'APPROVED' else template.status end, version = template.version + 1
     where (template.slug, template.name, template.short_description, template.vendor_id, template.tags, template.required_plan)
         is distinct from (excluded.slug, excluded.name, excluded.short_description, excluded.vendor_id, excluded.tags, excluded.required_plan)
       or (excluded.long_description is not null and excluded.long_description is distinct from template.long_description)
       or (excluded.category_id is not null and excluded.category_id is distinct from template.category_id)
       or (excluded.tech_stack is not null and excluded.tech_stack is distinct from template.tech_stack)
       or (excluded.infrastructure_requirements is not null and excluded.infrastructure_requirements is distinct from template.infrastructure_requirements)
       or ($12 and template.status <> 'APPROVED')`,
    [
      templateId,
      content.code,
      content.name,
      content.description,
      content.longDescription,
      categoryId,
      vendorId,
      [...content.tags],
      content.requiredPlan,
      content.infrastructureRequirements,
      content.techStack,
      lists,
    ],
  )
  await transaction.run(
    `insert into template_source (template_id, numeric_id, vendor_user_id, vendor_name, approval) values ($1, $2, $3, $4, $5)
     on conflict (template_id) do update set numeric_id = excluded.numeric_id, vendor_user_id = excluded.vendor_user_id,
       vendor_name = excluded.vendor_name, approval = coalesce(excluded.approval, template_source.approval), synced_at = now()`,
    [templateId, numericId, content.vendorUserId, content.vendorName, approval],
  )
  return { changed: written > 0, vendorId }
}

/**
 * The vendor of a user of the User Service. Names are unique here but not there: another user with the same name gets
 * its ID appended, so that sales are never attributed to the wrong vendor.
 */
async function vendorOf(transaction: Transaction, content: SyncedContent): Promise<string | null> {
  const { vendorUserId, vendorName } = content
  if (!vendorName) return null
  const known = await transaction.row<{ id: string }>(
    `select t.vendor_id as id from template_source s join template t on t.id = s.template_id
     where s.vendor_user_id = $1 and s.vendor_name = $2 and t.vendor_id is not null limit 1`,
    [vendorUserId, vendorName],
  )
  if (known) return known.id
  for (const name of [vendorName, `${vendorName} (${vendorUserId ?? 'sibling'})`]) {
    const made = await transaction.row<{ id: string }>(
      `insert into vendor (id, name) values ($1, $2) on conflict on constraint vendor_name do nothing returning id`,
      [newId('ven'), name],
    )
    if (made) return made.id
  }
  const found = await transaction.row<{ id: string }>(`select id from vendor where name = $1`, [
    `${vendorName} (${vendorUserId ?? 'sibling'})`,
  ])
  return found?.id ?? null
}

/** The category of a code. An unknown category is named by its code until it is synced. */
async function categoryOf(transaction: Transaction, code: string): Promise<string> {
  await holdCategories(transaction)
  await transaction.run(
    `insert into category (id, code, title, metadata) values ($1, $2, $2, '{}') on conflict on constraint category_code do nothing`,
    [newId('cat'), code],
  )
  return (await transaction.row<{ id: string }>(`select id from category where code = $1`, [code]))!.id
}
