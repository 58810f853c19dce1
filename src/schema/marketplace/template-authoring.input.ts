import { Keyed, argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'
import { TemplateFileInput, TemplateParameterInput } from './template-parameter.type.js'
import { TEMPLATE_ID } from './descriptions.js'

@inputType('A page about a template.')
export class TemplateLinkInput {
  @field('Text of the link, at most 60 characters.', () => String)
  label!: string

  @field('HTTPS address of the page, at most 500 characters.', () => String)
  url!: string
}

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
  tags?: readonly string[] | null

  @field('Stack code that plans can list. Default: a custom stack, which every plan supports.', () => String, {
    nullable: true,
  })
  stack?: string | null

  @field('Promise that the template will never have a price.', () => Boolean, { nullable: true })
  freeForever?: boolean | null

  @field(
    'Descriptions of variables of the definition, at most 300. Variables without one have a derived parameter.',
    () => [TemplateParameterInput],
    { nullable: true },
  )
  parameters?: readonly TemplateParameterInput[] | null

  @field('Files that services mount, at most 100 with 512 KiB together.', () => [TemplateFileInput], { nullable: true })
  files?: readonly TemplateFileInput[] | null

  @field('Server requirements, for example `{ cpu_cores: 1, memory_mb: 512, disk_gb: 5 }`.', () => JSONValue, {
    nullable: true,
  })
  infrastructureRequirements?: unknown

  @field('Technologies, for example `{ language: "PHP" }`.', () => JSONValue, { nullable: true })
  techStack?: unknown

  @field('Code of the lowest plan that can deploy the template. Null: every plan can deploy it.', () => String, {
    nullable: true,
  })
  requiredPlan?: string | null

  @field('HTTPS address of a square picture, at most 500 characters. Null: no picture.', () => String, {
    nullable: true,
  })
  icon?: string | null

  @field('HTTPS addresses of pictures in display order, at most 10.', () => [String], { nullable: true })
  pictures?: readonly string[] | null

  @field('Pages about the template in display order, at most 10.', () => [TemplateLinkInput], { nullable: true })
  links?: readonly TemplateLinkInput[] | null
}

/** A new template. */
@inputType('A new template draft. The price is set separately with `setTemplatePrice`.')
export class CreateTemplateInput extends TemplateContentInput implements Keyed {
  /** Argument `key` of the mutation. */
  idempotencyKey!: string

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
}

@inputType(
  'Fields of a template to change. A field that is left out stays unchanged. Null clears the value: texts, category and requirements become empty, `tags` becomes an empty list, `stack` a custom stack, and `freeForever` false. `name` and `definition` cannot be cleared.',
)
export class TemplateChangesInput extends TemplateContentInput {
  @field('Display name of the template.', () => String, { nullable: true })
  name?: string | null

  @field('Compose file, as YAML text or parsed.', () => JSONValue, { nullable: true })
  definition?: unknown
}

@ArgsType()
export class UpdateTemplateArgs {
  @argument('id', TEMPLATE_ID, () => ID)
  templateId!: string

  @argument('input', 'Fields to change.', () => TemplateChangesInput)
  changes!: TemplateChangesInput

  @keyArgument()
  idempotencyKey!: string
}
