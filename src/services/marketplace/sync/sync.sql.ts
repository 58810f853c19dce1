import { statement } from '#services/kernel/database/statement.js'

/**
 * Writes a template of an integration. An update keeps what the request leaves out; unchanged content is not written.
 * With `lists`, the template is listed again.
 */
export const upsertExternalTemplate = statement<{
  id: string
  slug: string
  name: string
  shortDescription: string | null
  longDescription: string | null
  categoryId: string | null
  vendorId: string | null
  tags: readonly string[]
  stack: string
  requiredPlan: string | null
  infrastructureRequirements: Readonly<Record<string, unknown>> | null
  techStack: Readonly<Record<string, unknown>> | null
  lists: boolean
}>(`
  insert into template (id, slug, name, short_description, long_description, category_id, vendor_id, tags, status, stack, required_plan,
    definition, infrastructure_requirements, tech_stack, approved_at)
  values (:id, :slug, :name, :shortDescription, :longDescription, :categoryId, :vendorId, :tags, 'APPROVED', :stack, :requiredPlan,
    '{}', :infrastructureRequirements, :techStack, now())
  on conflict (id) do update
  set slug = excluded.slug, name = excluded.name, short_description = excluded.short_description,
    long_description = coalesce(excluded.long_description, template.long_description),
    category_id = coalesce(excluded.category_id, template.category_id), vendor_id = excluded.vendor_id, tags = excluded.tags,
    required_plan = excluded.required_plan, tech_stack = coalesce(excluded.tech_stack, template.tech_stack),
    infrastructure_requirements = coalesce(excluded.infrastructure_requirements, template.infrastructure_requirements),
    status = case when :lists then 'APPROVED' else template.status end, version = template.version + 1, updated_at = excluded.approved_at
  where (template.slug, template.name, template.short_description, template.vendor_id, template.tags, template.required_plan)
      is distinct from (excluded.slug, excluded.name, excluded.short_description, excluded.vendor_id, excluded.tags, excluded.required_plan)
    or (excluded.long_description is not null and excluded.long_description is distinct from template.long_description)
    or (excluded.category_id is not null and excluded.category_id is distinct from template.category_id)
    or (excluded.tech_stack is not null and excluded.tech_stack is distinct from template.tech_stack)
    or (excluded.infrastructure_requirements is not null
      and excluded.infrastructure_requirements is distinct from template.infrastructure_requirements)
    or (:lists and template.status <> 'APPROVED')
`)
