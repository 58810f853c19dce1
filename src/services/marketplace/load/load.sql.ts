import { statement } from '#services/kernel/database/statement.js'

/** Content of a template of the catalog. */
export interface LoadedTemplate {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  readonly category: string | null
  readonly vendorName: string | null
  readonly tags: readonly string[]
  readonly stack: string
  readonly requiredPlan: string | null
  readonly definition: Readonly<Record<string, unknown>>
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  readonly techStack: Readonly<Record<string, unknown>> | null
}

/** The order of keys in a definition of the catalog, which is no content: a new order is no version. */
export const writeDefinitionText = statement<{ slug: string; definitionText: string }>(`
  update template set definition_text = :definitionText::text
  where slug = :slug and definition = :definitionText::text::jsonb and definition_text is distinct from :definitionText::text
    and not exists (select 1 from vendor own where own.id = template.vendor_id and own.account_id is not null)
`)

/** Lists a template of the catalog. Changed content is a new version; unchanged content and templates of vendors with an account are not written. */
export const upsertCatalogTemplate = statement<LoadedTemplate>(`
  insert into template (id, slug, name, short_description, long_description, category_id, vendor_id, tags, status, stack, required_plan,
    definition, infrastructure_requirements, tech_stack, approved_at, updated_at)
  select :id::text, :slug::text, :name::text, :shortDescription::text, :longDescription::text, c.id, v.id, :tags::text[], 'APPROVED',
    :stack::text, :requiredPlan::text, :definition::jsonb, :infrastructureRequirements::jsonb, :techStack::jsonb, now(), now()
  from (values (1)) as one (row)
    left join category c on c.code = :category
    left join vendor v on v.name = :vendorName
  where not exists (
    select 1 from template t join vendor own on own.id = t.vendor_id where t.slug = :slug and own.account_id is not null
  )
  on conflict on constraint template_slug do update
  set name = excluded.name, short_description = excluded.short_description, long_description = excluded.long_description,
    category_id = excluded.category_id, vendor_id = excluded.vendor_id, tags = excluded.tags, stack = excluded.stack,
    required_plan = excluded.required_plan, definition = excluded.definition,
    infrastructure_requirements = excluded.infrastructure_requirements, tech_stack = excluded.tech_stack,
    version = template.version + 1, updated_at = excluded.updated_at
  where (template.name, template.short_description, template.long_description, template.category_id, template.vendor_id, template.tags,
      template.stack, template.required_plan, template.definition, template.infrastructure_requirements, template.tech_stack)
    is distinct from (excluded.name, excluded.short_description, excluded.long_description, excluded.category_id, excluded.vendor_id,
      excluded.tags, excluded.stack, excluded.required_plan, excluded.definition, excluded.infrastructure_requirements,
      excluded.tech_stack)
`)
