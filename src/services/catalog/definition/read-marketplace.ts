import type { CatalogReader } from './catalog-reader.js'
import type { Entry } from './file-schema.js'
import { readPrice } from './read-prices.js'
import type {
  CategoryDefinition,
  TemplateDefinition,
  TemplateProductDefinition,
  VendorDefinition,
} from './marketplace-types.js'

/** Categories of the marketplace, its vendors, and its initial templates. */
export interface MarketplaceDefinition {
  readonly categories: readonly CategoryDefinition[]
  readonly vendors: readonly VendorDefinition[]
  readonly templates: readonly TemplateDefinition[]
  readonly templateProducts: readonly TemplateProductDefinition[]
}

/** Reads the marketplace's half of a catalog; what is wrong is noted. */
export function readMarketplace(reader: CatalogReader, currency: string | undefined): MarketplaceDefinition {
  return {
    categories: reader.entries('categories').flatMap(({ code, entry }) => (entry ? [category(code, entry)] : [])),
    vendors: reader.entries('vendors').flatMap(({ code, entry }) => (entry ? [vendor(code, entry)] : [])),
    templates: readTemplates(reader),
    templateProducts: readTemplateProducts(reader, currency),
  }
}

function category(code: string, { title, priority, metadata }: Entry<'categories'>): CategoryDefinition {
  return { code, title, priority, metadata: metadata ?? {} }
}

function vendor(code: string, { name, verified }: Entry<'vendors'>): VendorDefinition {
  return { code, name, verified: verified ?? false }
}

function readTemplates(reader: CatalogReader): TemplateDefinition[] {
  const codeBySlug = new Map<string, string>()
  return reader.entries('templates').flatMap(({ code, entry, said }) => {
    reportUnknownReferences(reader, code, said)
    const slug = said.slug ?? code
    const holder = codeBySlug.get(slug)
    if (holder === undefined) codeBySlug.set(slug, code)
    else reader.source.report(['templates', code, 'slug'], `slug ${slug} is already taken by template ${holder}`)
    return entry ? [template(code, entry)] : []
  })
}

function template(code: string, entry: Entry<'templates'>): TemplateDefinition {
  return {
    code,
    slug: entry.slug ?? code,
    name: entry.name,
    shortDescription: entry.short_description ?? null,
    longDescription: entry.long_description ?? null,
    category: entry.category ?? null,
    tags: entry.tags ?? [],
    stack: entry.stack,
    requiredPlan: entry.required_plan ?? null,
    vendor: entry.vendor ?? null,
    techStack: entry.tech_stack ?? {},
    definition: entry.definition,
    infrastructureRequirements: entry.infrastructure_requirements ?? {},
  }
}

/** Initial products of templates, by template code. */
function readTemplateProducts(reader: CatalogReader, currency: string | undefined): TemplateProductDefinition[] {
  const terms = { currency, trialDays: null, per: null }
  return reader.entries('products').flatMap(({ code, entry, said }) => {
    reader.declares('templates', code, ['products', code], 'key')
    const prices = [
      ...(said.once === undefined
        ? []
        : readPrice(reader.source, ['products', code, 'once'], said.once, 'ONE_TIME', terms)),
      ...(said.month === undefined
        ? []
        : readPrice(reader.source, ['products', code, 'month'], said.month, 'MONTH', terms)),
    ]
    return entry ? [{ template: code, prices }] : []
  })
}

function reportUnknownReferences(reader: CatalogReader, code: string, said: Partial<Entry<'templates'>>): void {
  const references = [
    ['required_plan', said.required_plan, 'plans'],
    ['category', said.category, 'categories'],
    ['vendor', said.vendor, 'vendors'],
  ] as const
  for (const [field, named, section] of references)
    if (named !== undefined) reader.declares(section, named, ['templates', code, field], 'value')
}
