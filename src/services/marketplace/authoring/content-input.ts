import { isOneLine } from '#services/kernel/text/one-line.js'
import type { TemplateContent } from '#entities/marketplace/template-version.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { formatPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { checkDefinition } from '../templates/definition/check-definition.js'
import { isObject } from '../templates/definition/is-object.js'
import { validateRequirements } from '../templates/definition/requirements.js'

/** Content from a vendor. Undefined: unchanged. Null: empty. */
export interface ContentInput {
  readonly name?: string | null
  readonly shortDescription?: string | null
  readonly longDescription?: string | null
  readonly category?: string | null
  readonly tags?: readonly string[] | null
  readonly stack?: string | null
  readonly requiredPlanName?: string | null
  readonly freeForever?: boolean | null
  readonly definition?: unknown
  readonly infrastructureRequirements?: unknown
  readonly techStack?: unknown
}

/** Objects that the content of a template refers to. */
export interface ReferencedCodes {
  readonly categories: ReadonlySet<string>
  readonly plans: ReadonlySet<string>
}

/** Stack of a template that has no stack of the catalog; see eligibility. */
export const CUSTOM_STACK = 'custom'

/** Lower-case words joined by single dashes or underscores. */
const SLUG = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/
const MAX_LENGTHS = {
  slug: 60,
  name: 100,
  shortDescription: 300,
  longDescription: 20_000,
  tag: 40,
  techStack: 16 * 1024,
}
const MIN_SLUG_LENGTH = 2
const MAX_TAGS = 20

const EMPTY: TemplateContent = {
  name: '',
  shortDescription: null,
  longDescription: null,
  category: null,
  tags: [],
  stack: CUSTOM_STACK,
  requiredPlan: null,
  freeForever: false,
  definition: {},
  infrastructureRequirements: null,
  techStack: null,
}

const bad = (field: string, message: string, code: DenialCode = 'INVALID_PARAMETERS') =>
  refused(code, message, { field })

/** Pure: denial of an invalid slug. Null if valid. */
export function validateSlug(slug: string): Refused | null {
  if (SLUG.test(slug) && slug.length >= MIN_SLUG_LENGTH && slug.length <= MAX_LENGTHS.slug) return null
  return bad(
    'slug',
    `slug must be ${MIN_SLUG_LENGTH}–${MAX_LENGTHS.slug} lower-case letters and digits, with words separated by dashes or underscores, for example wordpress-plus.`,
  )
}

/** Pure: the content after an input, or the first thing that is wrong with it, by the path of its field. */
export function applyContent(
  previous: TemplateContent | null,
  input: ContentInput,
  known: ReferencedCodes,
): TemplateContent | Refused {
  const before = previous ?? EMPTY
  const texts = readTexts(before, input)
  if ('code' in texts) return texts
  const references = readReferences(before, input, known)
  if ('code' in references) return references
  const parts = readParts(before, input)
  if ('code' in parts) return parts
  return { ...texts, ...references, ...parts, freeForever: input.freeForever ?? before.freeForever }
}

type Texts = Pick<TemplateContent, 'name' | 'shortDescription' | 'longDescription' | 'tags'>

function readTexts(before: TemplateContent, input: ContentInput): Texts | Refused {
  const name = (input.name ?? before.name).trim()
  if (!name || name.length > MAX_LENGTHS.name || !isPostgresSafe(name) || !isOneLine(name))
    return bad('name', `name must be a single line of 1 to ${MAX_LENGTHS.name} characters.`)
  const described = { shortDescription: before.shortDescription, longDescription: before.longDescription }
  for (const field of ['shortDescription', 'longDescription'] as const) {
    const given = input[field]
    if (given === undefined) continue
    if (given !== null && (given.length > MAX_LENGTHS[field] || !isPostgresSafe(given)))
      return bad(field, `The text must be at most ${MAX_LENGTHS[field]} characters long.`)
    described[field] = given?.trim() || null
  }
  const tags = input.tags ? readTags(input.tags) : before.tags
  return 'code' in tags ? tags : { name, ...described, tags }
}

function readTags(given: readonly string[]): readonly string[] | Refused {
  if (given.length > MAX_TAGS) return bad('tags', `tags must contain at most ${MAX_TAGS} items.`)
  const tags = given.map((tag) => tag.trim().toLowerCase())
  const wrong = tags.findIndex((tag) => !tag || tag.length > MAX_LENGTHS.tag || !isPostgresSafe(tag) || !isOneLine(tag))
  if (wrong >= 0) return bad(`tags[${wrong}]`, `Each tag must be a single line of 1 to ${MAX_LENGTHS.tag} characters.`)
  return [...new Set(tags)]
}

type References = Pick<TemplateContent, 'category' | 'stack' | 'requiredPlan'>

function readReferences(before: TemplateContent, input: ContentInput, known: ReferencedCodes): References | Refused {
  const category = input.category === undefined ? before.category : input.category
  if (category !== null && !known.categories.has(category))
    return bad('category', `Category '${category.slice(0, 60)}' not found. The categories query lists valid codes.`)
  const stack = input.stack ?? before.stack
  if (!SLUG.test(stack) || stack.length > MAX_LENGTHS.slug)
    return bad('stack', 'stack must be a code, for example wordpress.')
  const requiredPlan = input.requiredPlanName === undefined ? before.requiredPlan : input.requiredPlanName
  if (requiredPlan !== null && !known.plans.has(requiredPlan))
    return bad('requiredPlanName', `Plan '${requiredPlan.slice(0, 60)}' not found.`, 'INVALID_PLAN')
  return { category, stack, requiredPlan }
}

type Parts = Pick<TemplateContent, 'definition' | 'infrastructureRequirements' | 'techStack'>

function readParts(before: TemplateContent, input: ContentInput): Parts | Refused {
  // Stored definitions are checked again: a rule may be younger than they are.
  const checked = checkDefinition(input.definition ?? before.definition)
  if (checked.kind === 'invalid') return firstOf(checked.issues, 'INVALID_DEFINITION')
  const requirements =
    input.infrastructureRequirements === undefined
      ? before.infrastructureRequirements
      : input.infrastructureRequirements
  const issues = validateRequirements(requirements)
  if (issues.length) return firstOf(issues, 'INVALID_DEFINITION')
  const techStack = input.techStack === undefined ? before.techStack : input.techStack
  const size = JSON.stringify(techStack)?.length ?? 0
  if (techStack !== null && (!isObject(techStack) || size > MAX_LENGTHS.techStack || !isPostgresSafe(techStack)))
    return bad('techStack', 'techStack must be a map of at most 16 KiB, for example { language: "PHP" }.')
  return {
    definition: checked.definition,
    infrastructureRequirements: requirements as TemplateContent['infrastructureRequirements'],
    techStack,
  }
}

/** Denial of the first issue. The message names the fields of others. */
function firstOf(issues: readonly ValidationIssue[], code: DenialCode): Refused {
  const [first, ...rest] = issues
  const others = rest.slice(0, 9).map(({ path }) => formatPath(path))
  return bad(
    formatPath(first!.path),
    others.length ? `${first!.message} Also: ${others.join(', ')}.` : first!.message,
    code,
  )
}
