import type { TemplateChangesInput } from '#schema/marketplace/template-authoring.input.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import type { TemplateContent } from '#entities/marketplace/template-version.entity.js'
import { refusedInput, type InputIssue, type Refused } from '#services/kernel/denials/denial.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { checkDefinition } from '../templates/definition/check-definition.js'
import { isObject } from '../templates/definition/is-object.js'
import { storedDefinition, writtenDefinition } from '../templates/definition/written-definition.js'
import { readParameters, type PartsInput } from '../templates/parameters/parameter-input.js'
import { readMedia } from './media-input.js'
import { validateRequirements } from '../templates/definition/requirements.js'

/** Content from a vendor. Undefined: unchanged. Null: the value of a new template, which name and definition do not have. */
export type ContentInput = TemplateChangesInput

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
  parameters: [],
  files: [],
  infrastructureRequirements: null,
  techStack: null,
  icon: null,
  pictures: [],
  links: [],
}

const MAX_ISSUES = 50

const issueOf = (path: FieldPath | string, message: string, code: DenialCode = 'INVALID_PARAMETERS'): InputIssue => ({
  path: typeof path === 'string' ? [path] : path,
  message,
  code,
})

/** Pure: issues of a slug. */
export function slugIssues(slug: string): InputIssue[] {
  if (SLUG.test(slug) && slug.length >= MIN_SLUG_LENGTH && slug.length <= MAX_LENGTHS.slug) return []
  return [
    issueOf(
      'slug',
      `slug must be ${MIN_SLUG_LENGTH}–${MAX_LENGTHS.slug} lower-case letters and digits, with words separated by dashes or underscores, for example wordpress-plus.`,
    ),
  ]
}

/** Content after an input, and every issue of the input. The content is used only if there are none. */
export interface AppliedContent {
  readonly content: TemplateContent
  readonly issues: readonly InputIssue[]
}

/** Pure: the content after an input, and all issues of it, by the path of the field. */
export function applyContent(
  previous: TemplateContent | null,
  input: ContentInput,
  known: ReferencedCodes,
): AppliedContent {
  const before = previous ?? EMPTY
  const issues: InputIssue[] = []
  const content = {
    ...readTexts(before, input, issues),
    tags: input.tags === undefined ? before.tags : readTags(input.tags ?? EMPTY.tags, issues),
    ...readReferences(before, input, known, issues),
    ...readParts(before, input, issues),
    ...readMedia(before, input, issues),
    freeForever: input.freeForever === undefined ? before.freeForever : (input.freeForever ?? EMPTY.freeForever),
  }
  return { content, issues }
}

/**
 * Pure: the denial of an input with issues, or null. `field` is the input that contains the content; without it, the content is the input
 * itself.
 */
export function contentDenial(issues: readonly InputIssue[], field: string | null = null): Refused | null {
  const located = firstIssues(issues).map((issue) =>
    field === null ? issue : { ...issue, path: [field, ...issue.path] },
  )
  const [first, ...rest] = located
  return first ? refusedInput([first, ...rest]) : null
}

type Texts = Pick<TemplateContent, 'name' | 'shortDescription' | 'longDescription'>

function readTexts(before: TemplateContent, input: ContentInput, issues: InputIssue[]): Texts {
  const name = (input.name === undefined ? before.name : (input.name ?? '')).trim()
  issues.push(...lineIssues(['name'], name, MAX_LENGTHS.name))
  const text = (field: 'shortDescription' | 'longDescription'): string | null => {
    const given = input[field]
    if (given === undefined) return before[field]
    if (given !== null && (given.length > MAX_LENGTHS[field] || !isPostgresSafe(given)))
      issues.push(issueOf(field, `The text must be at most ${MAX_LENGTHS[field]} characters long.`))
    return given?.trim() || null
  }
  return { name, shortDescription: text('shortDescription'), longDescription: text('longDescription') }
}

function readTags(given: readonly string[], issues: InputIssue[]): readonly string[] {
  if (given.length > MAX_TAGS) issues.push(issueOf('tags', `tags must contain at most ${MAX_TAGS} items.`))
  const tags = given.slice(0, MAX_TAGS).map((tag) => tag.trim().toLowerCase())
  for (const [index, tag] of tags.entries())
    if (!tag || tag.length > MAX_LENGTHS.tag || !isPostgresSafe(tag) || !isOneLine(tag))
      issues.push(issueOf(['tags', index], `Each tag must be a single line of 1 to ${MAX_LENGTHS.tag} characters.`))
  return [...new Set(tags)]
}

type References = Pick<TemplateContent, 'category' | 'stack' | 'requiredPlan'>

function readReferences(
  before: TemplateContent,
  input: ContentInput,
  known: ReferencedCodes,
  issues: InputIssue[],
): References {
  const category = input.category === undefined ? before.category : input.category
  if (category !== null && !known.categories.has(category))
    issues.push(
      issueOf('category', `Category '${category.slice(0, 60)}' not found. The categories query lists valid codes.`),
    )
  const stack = input.stack === undefined ? before.stack : (input.stack ?? EMPTY.stack)
  if (!SLUG.test(stack) || stack.length > MAX_LENGTHS.slug)
    issues.push(issueOf('stack', 'stack must be a code, for example wordpress.'))
  const requiredPlan = input.requiredPlan === undefined ? before.requiredPlan : input.requiredPlan
  if (requiredPlan !== null && !known.plans.has(requiredPlan))
    issues.push(issueOf('requiredPlan', `Plan '${requiredPlan.slice(0, 60)}' not found.`, 'INVALID_PLAN'))
  return { category, stack, requiredPlan }
}

type Parts = Pick<
  TemplateContent,
  'definition' | 'definitionText' | 'parameters' | 'files' | 'infrastructureRequirements' | 'techStack'
>

const toDefinitionIssue = (issue: ValidationIssue): InputIssue => ({ ...issue, code: 'INVALID_DEFINITION' })

/**
 * Pure: the first issues of a compose file that is not stored, as a content with it would have them.
 * @param parts parameters and files of the same content
 * @param isWarned adds what a reviewer would be warned of
 */
export function definitionIssues(definition: unknown, isWarned: boolean, parts: PartsInput): InputIssue[] {
  const checked = checkDefinition(definition)
  const errors = [
    ...(checked.kind === 'valid' ? [] : checked.issues.map(toDefinitionIssue)),
    ...readParameters(checked.kind === 'valid' ? checked.definition : null, {}, parts).issues,
  ]
  const warnings = isWarned ? checked.warnings(parts.files ?? []).map(toDefinitionIssue) : []
  return firstIssues([...errors, ...warnings.map((warning): InputIssue => ({ ...warning, severity: 'WARNING' }))])
}

/** The first issues of many, of which the last one says how many there are. */
function firstIssues(issues: readonly InputIssue[]): InputIssue[] {
  if (issues.length <= MAX_ISSUES) return [...issues]
  const kept = issues.slice(0, MAX_ISSUES - 1)
  const { path, ...next } = issues[kept.length]!
  const { line: _line, ...last } = next
  return [
    ...kept,
    { ...last, path: path.slice(0, 1), message: `${issues.length - kept.length} more problems are not listed.` },
  ]
}

function readParts(before: TemplateContent, input: ContentInput, issues: InputIssue[]): Parts {
  const add = (found: readonly ValidationIssue[]) => issues.push(...found.map(toDefinitionIssue))
  const written = writtenDefinition(before)
  // Stored definitions are checked again: a rule may be younger than they are.
  const checked = checkDefinition(input.definition === undefined ? written : input.definition)
  if (checked.kind === 'invalid') add(checked.issues)
  const { parts, issues: ofParts } = readParameters(checked.kind === 'valid' ? checked.definition : null, before, input)
  issues.push(...ofParts)
  const requirements =
    input.infrastructureRequirements === undefined
      ? before.infrastructureRequirements
      : input.infrastructureRequirements
  add(validateRequirements(requirements))
  const techStack = input.techStack === undefined ? before.techStack : input.techStack
  const size = JSON.stringify(techStack)?.length ?? 0
  if (techStack !== null && (!isObject(techStack) || size > MAX_LENGTHS.techStack || !isPostgresSafe(techStack)))
    issues.push(issueOf('techStack', 'techStack must be a map of at most 16 KiB, for example { language: "PHP" }.'))
  return {
    ...storedDefinition(checked.kind === 'valid' ? checked.definition : written),
    ...parts,
    infrastructureRequirements: requirements as TemplateContent['infrastructureRequirements'],
    techStack: techStack as TemplateContent['techStack'],
  }
}
