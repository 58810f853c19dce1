import { sql } from 'kysely'
import type { Transaction } from '#services/kernel/database/database.js'
import { shareCategories } from '../categories/category-lock.js'
import { insertPrice } from '../products/product-prices.js'
import type {
  CategoryDefinition,
  TemplateDefinition,
  TemplateProductDefinition,
  VendorDefinition,
} from '#services/catalog/definition/marketplace-types.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { upsertCatalogTemplate, writeDefinitionText } from './load.sql.js'

/** Loads the catalog's categories, vendors and templates into the marketplace, as approved. Repeated calls have no effect. */
export async function applyMarketplace(transaction: Transaction, definition: CatalogDefinition): Promise<void> {
  await shareCategories(transaction)
  for (const category of definition.categories) await upsertCategory(transaction, category)
  for (const vendor of definition.vendors) await upsertVendor(transaction, vendor)
  for (const template of definition.templates) {
    const vendor = definition.vendors.find((candidate) => candidate.code === template.vendor)
    await upsertTemplate(transaction, template, vendor?.name ?? null)
  }
  for (const product of definition.templateProducts) {
    const template = definition.templates.find((candidate) => candidate.code === product.template)
    if (template) await insertFirstProduct(transaction, template, product)
  }
}

async function upsertCategory(
  transaction: Transaction,
  { code, title, priority, metadata }: CategoryDefinition,
): Promise<void> {
  await transaction.query
    .insertInto('category')
    .values({ id: transaction.newId('cat'), code, title, priority, metadata })
    .onConflict((conflict) =>
      conflict
        .constraint('category_code')
        .doUpdateSet({ title, priority, metadata })
        .where((eb) =>
          eb(
            eb.refTuple('category.title', 'category.priority', 'category.metadata'),
            'is distinct from',
            eb.refTuple('excluded.title', 'excluded.priority', 'excluded.metadata'),
          ),
        ),
    )
    .execute()
}

async function upsertVendor(transaction: Transaction, { name, verified }: VendorDefinition): Promise<void> {
  await transaction.query
    .insertInto('vendor')
    .values({ id: transaction.newId('ven'), name, verified })
    .onConflict((conflict) =>
      conflict.constraint('vendor_name').doUpdateSet({ verified }).where('vendor.verified', '<>', verified),
    )
    .execute()
}

async function upsertTemplate(
  transaction: Transaction,
  template: TemplateDefinition,
  vendorName: string | null,
): Promise<void> {
  const { slug, name, shortDescription, longDescription, category, tags, stack, requiredPlan } = template
  const { definition, infrastructureRequirements, techStack } = template
  await transaction.run(upsertCatalogTemplate, {
    id: transaction.newId('tpl'),
    slug,
    name,
    shortDescription,
    longDescription,
    category,
    vendorName,
    tags,
    stack,
    requiredPlan,
    definition,
    infrastructureRequirements,
    techStack,
  })
  await transaction.run(writeDefinitionText, { slug, definitionText: JSON.stringify(definition) })
}

/** Creates the product of a template with its first prices. Later prices are set in the marketplace, not by the catalog file. */
async function insertFirstProduct(
  transaction: Transaction,
  template: TemplateDefinition,
  { prices }: TemplateProductDefinition,
): Promise<void> {
  const product = await transaction.query
    .insertInto('product')
    .columns(['id', 'type', 'code', 'name', 'externalId', 'vendorId'])
    .expression((eb) =>
      eb
        .selectFrom('template')
        .select([
          sql.val(transaction.newId('prd')).as('productId'),
          sql.lit('TEMPLATE').as('type'),
          'slug',
          'name',
          'id',
          'vendorId',
        ])
        .where('slug', '=', template.slug),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!product) return
  for (const price of prices) await insertPrice(transaction, product.id, price)
}
