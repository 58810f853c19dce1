import { z } from 'zod'
import type { TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import {
  GENERATED_ENCODINGS,
  GENERATED_KINDS,
  PARAMETER_TYPES,
  type TemplateFile,
  type TemplateParameter,
} from '#entities/marketplace/template-parameter.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import type { InputIssue } from '#services/kernel/denials/denial.js'
import { isOneLine } from '#services/kernel/text/one-line.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { findSecrets, isSecretName } from '../definition/find-secrets.js'
import { valueFault } from './check-value.js'
import { generateValue } from './generate-value.js'
import { patternOf } from './pattern.js'
import { mountedFiles, parametersIn } from './template-files.js'
import { plainParameter, type Parameterized } from './template-parameters.js'
import { variablesOf } from './variables.js'

export { GENERATED_ENCODINGS, GENERATED_KINDS, PARAMETER_TYPES }

const MAX_PARAMETERS = 300
const MAX_FILES = 100
const MAX_OPTIONS = 100
const MAX_FILE_BYTES = 128 * 1024
const MAX_FILES_BYTES = 512 * 1024
const [MIN_GENERATED, MAX_GENERATED] = [4, 256]
const DEFAULT_LENGTH = 32

const line = (name: string, max: number) => {
  const message = `${name} must be a single line of at most ${max} characters.`
  return z
    .string(message)
    .max(max, message)
    .refine((text) => isOneLine(text) && isPostgresSafe(text), message)
}
const oneOf = <const Value extends string>(name: string, values: readonly Value[]) =>
  z.enum(values as readonly [Value, ...Value[]], `${name} must be one of ${values.join(', ')}.`)
const bound = (name: string) => z.number(`${name} must be a number.`).min(-1e15).max(1e15).nullish()
const NAME = 'The name must be that of a variable: letters, digits and underscores.'
const LENGTH = `length must be a number from ${MIN_GENERATED} to ${MAX_GENERATED}.`

const parameter = z.strictObject({
  name: z.string(NAME).regex(/^[A-Za-z_]\w{0,99}$/, NAME),
  label: line('label', 100).nullish(),
  description: line('description', 500).nullish(),
  type: oneOf('type', PARAMETER_TYPES).nullish(),
  options: z
    .array(z.strictObject({ value: line('value', 200), label: line('label', 100).nullish() }))
    .max(MAX_OPTIONS, `options must contain at most ${MAX_OPTIONS} items.`)
    .nullish(),
  default: line('default', 1000).nullish(),
  required: z.boolean().nullish(),
  pattern: line('pattern', 200)
    .refine(
      (text) => patternOf(text) !== null,
      'pattern must be a regular expression in which no repeated part is repeated again.',
    )
    .nullish(),
  minimum: bound('minimum'),
  maximum: bound('maximum'),
  generate: z
    .strictObject({
      kind: oneOf('kind', GENERATED_KINDS).nullish(),
      length: z.int(LENGTH).min(MIN_GENERATED, LENGTH).max(MAX_GENERATED, LENGTH).nullish(),
      encoding: oneOf('encoding', GENERATED_ENCODINGS).nullish(),
    })
    .nullish(),
  secret: z.boolean().nullish(),
})

/** A relative path below the folder of the template. */
const PATH = /^(?!\.{0,2}\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\0\\:$]{1,200}(?<!\/)$/
const PATH_IS =
  'path must be relative to the folder of the template, for example config/nginx.conf, without a colon and a dollar sign.'
const CONTENT_IS = `content must be a text of at most ${MAX_FILE_BYTES / 1024} KiB.`
const file = z.strictObject({
  path: line('path', 200).regex(PATH, PATH_IS),
  content: z
    .string(CONTENT_IS)
    .refine((text) => Buffer.byteLength(text) <= MAX_FILE_BYTES && isPostgresSafe(text), CONTENT_IS),
})

const partsInput = z.strictObject({
  parameters: z.array(parameter).max(MAX_PARAMETERS, `parameters must contain at most ${MAX_PARAMETERS} items.`),
  files: z.array(file).max(MAX_FILES, `files must contain at most ${MAX_FILES} items.`),
})

/** Parameters and files from a vendor. Undefined: unchanged. Null: none. */
export interface PartsInput {
  readonly parameters?: readonly TemplateParameterInput[] | null
  readonly files?: readonly TemplateFile[] | null
}

type Parts = Required<Pick<Parameterized, 'parameters' | 'files'>>

/**
 * Pure: parameters and files in full after an input, and all issues of the input. Only what the input contains must be used by the definition.
 * @param definition null if it is invalid, so that its use is unknown
 */
export function readParameters(
  definition: Readonly<Record<string, unknown>> | null,
  before: Partial<Parts>,
  input: PartsInput,
): { readonly parts: Parts; readonly issues: readonly InputIssue[] } {
  const given = {
    parameters: input.parameters === undefined ? (before.parameters ?? []) : (input.parameters ?? []),
    files: input.files === undefined ? (before.files ?? []) : (input.files ?? []),
  }
  const wrong = inputIssues(partsInput, given)
  if (wrong.length > 0) return { parts: { parameters: [], files: [] }, issues: wrong }
  const parts: Parts = {
    parameters: given.parameters.map((each) => completed(each)),
    files: given.files.map(({ path, content }) => ({ path, content })),
  }
  const isGiven = ({ path: [field] }: InputIssue) => input[field as keyof PartsInput] != null
  return {
    parts,
    issues: [
      ...parameterIssues(parts.parameters),
      ...fileIssues(parts.files),
      ...useIssues(definition, parts).filter(isGiven),
    ],
  }
}

function completed(given: TemplateParameterInput): TemplateParameter {
  const type = given.type ?? (given.options?.length ? 'CHOICE' : isSecretName(given.name) ? 'PASSWORD' : 'TEXT')
  const plain = plainParameter(given.name)
  return {
    name: given.name,
    label: given.label?.trim() || plain.label,
    description: given.description?.trim() || null,
    type,
    options: (given.options ?? []).map(({ value, label }) => ({ value, label: label?.trim() || value })),
    default: given.default || null,
    required: given.required ?? false,
    pattern: given.pattern || null,
    minimum: given.minimum ?? null,
    maximum: given.maximum ?? null,
    generate: given.generate
      ? {
          kind: given.generate.kind ?? 'SECRET',
          length: given.generate.length ?? DEFAULT_LENGTH,
          encoding: given.generate.encoding ?? 'ALPHANUMERIC',
        }
      : null,
    secret: given.secret ?? type === 'PASSWORD',
  }
}

const issueOf = (path: FieldPath, message: string): InputIssue => ({ path, message, code: 'INVALID_PARAMETERS' })

function parameterIssues(parameters: readonly TemplateParameter[]): InputIssue[] {
  const seen = new Set<string>()
  return parameters.flatMap((each, index) => {
    const issues = [...faultsOf(each)].map(([field, message]) => issueOf(['parameters', index, field], message))
    if (seen.has(each.name))
      issues.push(issueOf(['parameters', index, 'name'], `Two parameters are named ${each.name}.`))
    seen.add(each.name)
    return issues
  })
}

function* faultsOf(each: TemplateParameter): Generator<[field: string, message: string]> {
  const { name, type, options, generate, minimum, maximum } = each
  if (type === 'CHOICE' && options.length === 0) yield ['options', 'A choice must have options.']
  if (type !== 'CHOICE' && options.length > 0) yield ['options', 'options belong to the type CHOICE.']
  if (type === 'PASSWORD' && !each.secret) yield ['secret', 'A password is always secret.']
  if (minimum !== null && maximum !== null && minimum > maximum) yield ['minimum', 'minimum must not exceed maximum.']
  if (each.default !== null) {
    const [secret] = findSecrets({ [name]: each.default }, [])
    const fault = valueFault(each, each.default)
    if (each.secret || secret)
      yield [
        'default',
        'A secret must have no default, which every reader would know. Let it be generated or required.',
      ]
    else if (generate) yield ['default', 'A generated value has no default.']
    else if (fault) yield ['default', `default ${fault}.`]
  }
  const fault = generate && valueFault(each, generateValue(generate))
  if (fault) yield ['generate', `A generated value would not be accepted: it ${fault}.`]
}

function fileIssues(files: readonly TemplateFile[]): InputIssue[] {
  const seen = new Set<string>()
  const issues: InputIssue[] = []
  for (const [index, { path, content }] of files.entries()) {
    if (seen.has(path)) issues.push(issueOf(['files', index, 'path'], `Two files have the path ${path}.`))
    seen.add(path)
    for (const { message } of findSecrets(content, ['files', index, 'content']))
      issues.push({ path: ['files', index, 'content'], code: 'INVALID_DEFINITION', message })
  }
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  if (bytes > MAX_FILES_BYTES)
    issues.push(issueOf(['files'], `files must have at most ${MAX_FILES_BYTES / 1024} KiB together.`))
  return issues
}

/** Parameters and files that the definition does not use. */
function useIssues(definition: Readonly<Record<string, unknown>> | null, { parameters, files }: Parts): InputIssue[] {
  if (!definition) return []
  const used = new Set([...variablesOf(definition).keys(), ...files.flatMap(({ content }) => parametersIn(content))])
  const mounted = mountedFiles(definition, files)
  return [
    ...parameters.flatMap(({ name }, index) =>
      used.has(name)
        ? []
        : [
            issueOf(
              ['parameters', index, 'name'],
              `Nothing uses ${name}. Write \${${name}} in the definition or a file.`,
            ),
          ],
    ),
    ...files.flatMap(({ path }, index) =>
      mounted.has(path)
        ? []
        : [
            issueOf(
              ['files', index, 'path'],
              `No service mounts ${path}. Add ./${path}:/path/in/the/container to the volumes of a service.`,
            ),
          ],
    ),
  ]
}
