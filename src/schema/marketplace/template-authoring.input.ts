import { ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { JSONValue } from '../kernel/scalars.js'

/** Content of a template, without its name. */
@inputType('Content of a template.')
class TemplateContentInput {
  @field('Short description in one line, at most 300 characters.', () => String, { nullable: true })
  shortDescription?: string | null

  @field('Full description, in Markdown.', () => String, { nullable: true })
  longDescription?: string | null

  @field('Category code.', () => String, { nullable: true })
  category?: string | null

  @field('Search keywords, at most 20.', () => [String], { nullable: true })
  tags?: string[] | null

  @field('Stack code that plans can list. Default: a custom stack, which every plan supports.', () => String, {
    nullable: true,
  })
  stack?: string | null

  @field('Promise that the template will never have a price.', () => Boolean, { nullable: true })
  freeForever?: boolean | null

  @field('Server requirements, for example `{ cpu_cores: 1, memory_mb: 512, disk_gb: 5 }`.', () => JSONValue, {
    nullable: true,
  })
  infrastructureRequirements?: unknown

  @field('Technologies, for example `{ language: "PHP" }`.', () => JSONValue, { nullable: true })
  techStack?: unknown

  @field('Code of the lowest plan that can deploy the template. Null: every plan can.', () => String, {
    nullable: true,
  })
  requiredPlanName?: string | null
}

/** A new template. */
@inputType('A new template draft. The price is set separately with `setTemplatePrice`.')
export class CreateTemplateInput extends TemplateContentInput {
  @field("Account that publishes the template, by ID or reference. Default: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field(
    'Stable name for URLs: lower-case letters and digits, with words joined by a dash or underscore.',
    () => String,
  )
  slug!: string

  @field('Display name of the template.', () => String)
  name!: string

  @field('Compose file, as YAML text or parsed. At least one service, and no secrets.', () => JSONValue)
  definition!: unknown

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('Fields to change; omitted fields stay. A published template changes when the next version is approved.')
export class UpdateTemplateInput extends TemplateContentInput {
  @field('ID of the template.', () => ID)
  templateId!: string

  @field('Display name of the template.', () => String, { nullable: true })
  name?: string | null

  @field('Compose file, as YAML text or parsed.', () => JSONValue, { nullable: true })
  definition?: unknown
}
