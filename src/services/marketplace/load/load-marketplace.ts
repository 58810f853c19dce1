import type { Database } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import { holdCategories } from '../categories/category-lock.js'
import { insertPrice } from '../products/insert-price.js'
import type {
  CatalogDefinition,
  TemplateDefinition,
  TemplateProductDefinition,
} from '#services/catalog/definition/types.js'

/**
 * Loads the catalog's categories, vendors and templates into the marketplace, as approved. Repeated calls have no
 * effect.
 */
export async function loadMarketplace(database: Database, definition: CatalogDefinition): Promise<void> {
  await database.transaction(async (transaction) => {
    await holdCategories(transaction)
    for (const category of definition.categories)
      await transaction.run(
        `insert into category (id, code, title, priority, metadata) values ($1, $2, $3, $4, $5)
         on conflict on constraint category_code do update set title = excluded.title, priority = excluded.priority, metadata = excluded.metadata
         where (category.title, category.priority, category.metadata) is distinct from (excluded.title, excluded.priority, excluded.metadata)`,
        [newId('cat'), category.code, category.title, category.priority, category.metadata],
      )
    for (const vendor of definition.vendors)
      await transaction.run(
        `insert into vendor (id, name, verified) values ($1, $2, $3)
         on conflict on constraint vendor_name do update set verified = excluded.verified where vendor.verified <> excluded.verified`,
        [newId('ven'), vendor.name, vendor.verified],
      )
    for (const template of definition.templates) {
      const vendor = definition.vendors.find((candidate) => candidate.code === template.vendor)
      await putTemplate(transaction, template, vendor?.name ?? null)
    }
    for (const product of definition.templateProducts) {
      const template = definition.templates.find((candidate) => candidate.code === product.template)
      if (template) await putFirstProduct(transaction, template, product)
    }
  })
}

/** A changed definition is a new version of the template; the same one is left alone, and so is what a vendor wrote under the slug. */
async function putTemplate(sql: Sql, template: TemplateDefinition, vendorName: string | null): Promise<void> {
  await sql.run(
    `insert into template (id, slug, name, short_description, long_description, category_id, vendor_id, tags, status, stack, required_plan,
       definition, infrastructure_requirements, tech_stack, approved_at)
     values ($1, $2, $3, $4, $5, (select id from category where code = $6), (select id from vendor where name = $7), $8, 'APPROVED', $9, $10, $11, $12, $13, now())
     on conflict on constraint template_slug do update set name = excluded.name, short_description = excluded.short_description,
       long_description = excluded.long_description, category_id = excluded.category_id, vendor_id = excluded.vendor_id, tags = excluded.tags,
       stack = excluded.stack, required_plan = excluded.required_plan, definition = excluded.definition,
       infrastructure_requirements = excluded.infrastructure_requirements, tech_stack = excluded.tech_stack, version = template.version + 1
     where not exists (select 1 from vendor v where v.id = template.vendor_id and v.account_id is not null)
       and (template.name, template.short_description, template.long_description, template.category_id, template.vendor_id, template.tags,
         template.stack, template.required_plan, template.definition, template.infrastructure_requirements, template.tech_stack)
       is distinct from (excluded.name, excluded.short_description, excluded.long_description, excluded.category_id, excluded.vendor_id, excluded.tags,
         excluded.stack, excluded.required_plan, excluded.definition, excluded.infrastructure_requirements, excluded.tech_stack)`,
    [
      newId('tpl'),
      template.slug,
      template.name,
      template.shortDescription,
      template.longDescription,
      template.category,
      vendorName,
      [...template.tags],
      template.stack,
      template.requiredPlan,
      template.definition,
      template.infrastructureRequirements,
      template.techStack,
    ],
  )
}

/** The file says what a template is first sold for; once it has a product, the marketplace prices it and the file does not. */
async function putFirstProduct(
  sql: Sql,
  template: TemplateDefinition,
  { prices }: TemplateProductDefinition,
): Promise<void> {
  const product = await sql.row<{ id: string }>(
    `insert into product (id, type, code, name, external_id, vendor_id)
     select $1, 'TEMPLATE', slug, name, id, vendor_id from template where slug = $2 on conflict do nothing returning id`,
    [newId('prd'), template.slug],
  )
  if (!product) return
  for (const price of prices) await insertPrice(sql, product.id, price)
}
