import { ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

/** What a vendor may write of a template, besides its name. */
@inputType('What a vendor may write of a template.')
class TemplateContentInput {
  @field('One line about it, at most 300 characters.', () => String, { nullable: true })
  shortDescription?: string | null

  @field('The full text about it, in Markdown.', () => String, { nullable: true })
  longDescription?: string | null

  @field("Its shelf: a category's code.", () => String, { nullable: true })
  category?: string | null

  @field('Words to find it by, at most 20.', () => [String], { nullable: true })
  tags?: string[] | null

  @field('The stack that plans may name; left out: a stack of its own, which no plan leaves out.', () => String, {
    nullable: true,
  })
  stack?: string | null

  @field('A promise that it will never cost anything: a price is refused.', () => Boolean, { nullable: true })
  free?: boolean | null

  @field('What a server needs, as `{ cpu_cores: 1, memory_mb: 512, disk_gb: 5 }`.', () => JSONValue, { nullable: true })
  infrastructureRequirements?: unknown

  @field('What it is built of, as `{ language: "PHP" }`.', () => JSONValue, { nullable: true })
  techStack?: unknown

  @field("The lowest plan that may deploy it: a plan's code. Null: every plan may.", () => String, { nullable: true })
  requiredPlanName?: string | null
}

/** A template as it is first written. */
@inputType('A template as it is first written. It holds no price: that is set on its product.')
export class CreateTemplateInput extends TemplateContentInput {
  @field("In whose name it is published, by id or reference. Left out: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field(
    'The stable name in addresses: small letters and digits in words joined by a dash or underscore.',
    () => String,
  )
  slug!: string

  @field('The name for people.', () => String)
  name!: string

  @field('A compose file: as YAML text, or already parsed. No secrets; at least one service.', () => JSONValue)
  definition!: unknown

  @field(
    "The caller's own key: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What is changed of a template. */
@inputType(
  'What is changed of a template; what is left out stays. A published one keeps its face until the next version is approved.',
)
export class UpdateTemplateInput extends TemplateContentInput {
  @field('The template.', () => ID)
  id!: string

  @field('The name for people.', () => String, { nullable: true })
  name?: string | null

  @field('A compose file: as YAML text, or already parsed.', () => JSONValue, { nullable: true })
  definition?: unknown
}
