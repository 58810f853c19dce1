import { sql } from 'kysely'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { TemplateContent, TemplateVersionRow } from '#entities/marketplace/template-version.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { TemplateWithVendor } from '../access/template-access.js'
import { shareCategories } from '../categories/category-lock.js'

/** A template in any status, with the name and account of its vendor. */
export async function templateWithVendor(
  database: Sql,
  by: { readonly id?: string | null; readonly slug?: string | null },
): Promise<TemplateWithVendor | null> {
  const { id = null, slug = null } = by
  if (!id && !slug) return null
  const template = await database.query
    .selectFrom('template')
    .leftJoin('vendor', 'vendor.id', 'template.vendorId')
    .selectAll('template')
    .select(['vendor.name as vendorName', 'vendor.accountId as vendorAccountId'])
    .$if(id !== null, (query) => query.where('template.id', '=', id!))
    .$if(slug !== null, (query) => query.where('template.slug', '=', slug!))
    .executeTakeFirst()
  return template ?? null
}

/** A template, locked until the transaction ends. */
export async function lockTemplate(transaction: Transaction, id: string): Promise<TemplateWithVendor | null> {
  await transaction.query.selectFrom('template').select('id').where('id', '=', id).forUpdate().execute()
  return templateWithVendor(transaction, { id })
}

/** The open version. Null if everything is published. */
export async function openVersion(database: Sql, templateId: string): Promise<TemplateVersionRow | null> {
  const [version] = await openVersionsOf(database, [templateId])
  return version ?? null
}

export const versionsByIds = (database: Sql, ids: readonly string[]): Promise<TemplateVersionRow[]> =>
  database.query.selectFrom('template_version').selectAll().where('id', 'in', ids).execute()

export const openVersionsOf = (database: Sql, templateIds: readonly string[]): Promise<TemplateVersionRow[]> =>
  database.query
    .selectFrom('template_version')
    .selectAll()
    .where('templateId', 'in', templateIds)
    .where('status', '<>', sql.lit('APPROVED'))
    .execute()

/** Inserts the next version of a template, as a draft. */
export async function insertDraft(
  transaction: Transaction,
  { templateId, number, content, at }: { templateId: string; number: number; content: TemplateContent; at: Date },
): Promise<void> {
  await transaction.query
    .insertInto('template_version')
    .values({
      id: transaction.newId('tvr'),
      templateId,
      number,
      status: 'DRAFT',
      content,
      createdAt: at,
      updatedAt: at,
    })
    .execute()
}

/** Current content of a template, from which the next version starts. */
export async function contentOf(database: Sql, template: TemplateRow): Promise<TemplateContent> {
  const category = template.categoryId
    ? await database.query
        .selectFrom('category')
        .select('code')
        .where('id', '=', template.categoryId)
        .executeTakeFirst()
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
    definitionText: template.definitionText,
    parameters: template.parameters,
    files: template.files,
    infrastructureRequirements: template.infrastructureRequirements,
    techStack: template.techStack,
    icon: template.icon,
    pictures: template.pictures,
    links: template.links,
  }
}

/** Makes a content visible. Slug, counts and prices are unchanged. */
export async function presentContent(
  transaction: Transaction,
  templateId: string,
  { category, parameters = [], files = [], ...content }: TemplateContent,
): Promise<void> {
  if (category !== null) await shareCategories(transaction)
  await transaction.query
    .updateTable('template')
    .set((eb) => ({
      ...content,
      tags: [...content.tags],
      pictures: [...content.pictures],
      links: jsonb(content.links),
      parameters: jsonb(parameters),
      files: jsonb(files),
      categoryId: eb.selectFrom('category').select('id').where('code', '=', category),
    }))
    .where('id', '=', templateId)
    .execute()
}

/** Codes of the categories, to check what a vendor writes. */
export async function categoryCodes(database: Sql): Promise<ReadonlySet<string>> {
  const categories = await database.query.selectFrom('category').select('code').execute()
  return new Set(categories.map(({ code }) => code))
}
