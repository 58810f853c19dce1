import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { TemplateContent, TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { TemplateWithVendor } from '../access/template-access.js'
import { holdCategories } from '../categories/category-lock.js'

const WITH_VENDOR = `select t.*, v.name as vendor_name, v.account_id as vendor_account_id from template t left join vendor v on v.id = t.vendor_id`

/** A template in any state, with whose it is. */
export async function templateWithVendor(
  sql: Sql,
  by: { readonly id?: string | null; readonly slug?: string | null },
): Promise<TemplateWithVendor | null> {
  if (!by.id && !by.slug) return null
  const row = await sql.row<TemplateWithVendor>(
    `${WITH_VENDOR} where ($1::text is null or t.id = $1) and ($2::text is null or t.slug = $2)`,
    [by.id ?? null, by.slug ?? null],
  )
  return row ?? null
}

/** The open version. Null if everything is published. */
export async function openVersion(sql: Sql, templateId: string): Promise<TemplateVersionRow | null> {
  const [row] = await openVersionsOf(sql, [templateId])
  return row ?? null
}

export const openVersionsOf = (sql: Sql, templateIds: readonly string[]): Promise<TemplateVersionRow[]> =>
  sql.rows(`select * from template_version where template_id = any($1) and status <> 'APPROVED'`, [templateIds])

/** Current content of a template, from which the next version starts. */
export async function contentOf(sql: Sql, template: TemplateRow): Promise<TemplateContent> {
  const category = template.categoryId
    ? await sql.row<{ code: string }>(`select code from category where id = $1`, [template.categoryId])
    : undefined
  return {
    name: template.name,
    shortDescription: template.shortDescription,
    longDescription: template.longDescription,
    category: category?.code ?? null,
    tags: template.tags,
    stack: template.stack,
    requiredPlan: template.requiredPlan,
    freeForever: template.freeForever,
    definition: template.definition,
    infrastructureRequirements: template.infrastructureRequirements,
    techStack: template.techStack,
  }
}

/** Makes the template show a content; what it counts, costs and is called in addresses stays. */
export async function presentContent(sql: Sql, templateId: string, content: TemplateContent): Promise<void> {
  if (content.category !== null) await holdCategories(sql)
  await sql.run(
    `update template set name = $2, short_description = $3, long_description = $4, category_id = (select id from category where code = $5),
       tags = $6, stack = $7, required_plan = $8, free_forever = $9, definition = $10, infrastructure_requirements = $11, tech_stack = $12
     where id = $1`,
    [
      templateId,
      content.name,
      content.shortDescription,
      content.longDescription,
      content.category,
      [...content.tags],
      content.stack,
      content.requiredPlan,
      content.freeForever,
      content.definition,
      content.infrastructureRequirements,
      content.techStack,
    ],
  )
}

/** The codes of the categories, for checking what a vendor writes. */
export async function categoryCodes(sql: Sql): Promise<ReadonlySet<string>> {
  return new Set((await sql.rows<{ code: string }>(`select code from category`)).map(({ code }) => code))
}
