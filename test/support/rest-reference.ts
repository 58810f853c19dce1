import { accessInfo, type Access } from '#rest/openapi/access.js'
import type { OpenApiDocument, Operation } from './api-traffic.js'
import { declaredRoutes } from './rest-document.js'

/** The part of a JSON schema that a table shows. */
interface Shown {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shown>>
  readonly additionalProperties?: boolean | Shown
  readonly required?: readonly string[]
  readonly items?: Shown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Shown[]
  readonly format?: string
  readonly default?: unknown
}

interface Described extends OpenApiDocument {
  readonly tags: readonly { name: string; description: string }[]
  readonly components: { readonly schemas: Readonly<Record<string, Shown>> }
}

interface Route {
  readonly name: string
  readonly operation: Operation & {
    readonly summary: string
    readonly description?: string
    readonly tags: readonly string[]
  }
}

/** Codes of nearly every route, which the page names once. */
const COMMON = [
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'HEADERS_TOO_LARGE',
  'UNAVAILABLE',
  'INTERNAL',
]

/** The routes of the document by tag, and the objects of their responses. */
export async function restReference(document: OpenApiDocument): Promise<string> {
  const { tags, components } = document as Described
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation }) as Route,
    ),
  )
  const callers = await callersOf()
  const groups = tags.map(({ name, description }) => {
    const own = routes.filter(({ operation }) => operation.tags.includes(name) && !isAlias(operation))
    const parts = own.map((route) =>
      toSection(route, aliasesOf(route, routes), callers.get(route.operation.operationId)!),
    )
    return [`## ${name}`, description, ...parts].join('\n\n')
  })
  const objects = Object.entries(components.schemas)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, schema]) => [`### ${name}`, schema.description ?? '', fieldTable(schema)].filter(Boolean).join('\n\n'))
  return [...groups, '## Objects', ...objects].join('\n\n')
}

/** Tags of the routes of a document, in its order. */
export const tagsOf = (document: OpenApiDocument): string[] => {
  const { tags, paths } = document as Described
  const used = new Set(
    Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap((operation) => (operation as Route['operation']).tags),
    ),
  )
  return tags.flatMap(({ name }) => (used.has(name) ? [name] : []))
}

const isAlias = ({ operationId }: Operation): boolean => /Alias\d+$/.test(operationId)

const aliasesOf = ({ operation }: Route, routes: readonly Route[]): string[] =>
  routes
    .filter(
      (other) =>
        other.operation.operationId.replace(/Alias\d+$/, '') === operation.operationId && isAlias(other.operation),
    )
    .map(({ name }) => name)

async function callersOf(): Promise<Map<string, Access>> {
  const callers = new Map<string, Access>()
  const routes: { schema?: { operationId?: string; access?: Access } }[] = []
  await declaredRoutes((route) => void routes.push(route))
  for (const { schema } of routes) if (schema?.operationId) callers.set(schema.operationId, schema.access ?? 'anyone')
  return callers
}

function toSection({ name, operation }: Route, aliases: readonly string[], access: Access): string {
  const { summary, description, parameters = [], requestBody, responses } = operation
  const names = [name, ...aliases].map((each) => `\`${each}\``).join(', ')
  const body = requestBody && (Object.values(requestBody.content)[0] as { schema: Shown; example?: unknown })
  return [
    `### ${summary.replace(/\.$/, '')}`,
    `${names}. Caller: ${accessInfo(access).text}.${description ? ` ${description}` : ''}`,
    parameters.length > 0 ? parameterTable(operation) : '',
    body ? bodyText(body, requestBody.required) : '',
    ...successes(responses),
    errorLine(responses),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function parameterTable({ parameters = [] }: Operation): string {
  const rows = parameters.map((each) => {
    const { description = '' } = each as { description?: string }
    const needed = each.in === 'query' && each.required ? ', required' : ''
    return [`\`${each.name}\``, `${each.in}${needed}`, typeOf(each.schema), withDefault(description, each.schema)]
  })
  return table(['Parameter', 'In', 'Type', 'Meaning'], rows)
}

function bodyText({ schema, example }: { schema: Shown; example?: unknown }, isRequired: boolean): string {
  const name = isRequired ? 'Body' : 'Body (optional)'
  const fields = schema.anyOf?.every(({ properties }) => properties)
    ? schema.anyOf.map(fieldTable).join('\n\nor\n\n')
    : fieldTable(schema)
  const shown = example === undefined ? '' : `\n\n\`\`\`json\n${JSON.stringify(example)}\n\`\`\``
  return `${name}: ${schema.description ?? ''}\n\n${fields}${shown}`.replace(': \n', ':\n')
}

function successes(responses: Operation['responses']): string[] {
  return Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, response]) => {
      const { description, content } = response as { description: string; content?: Record<string, { schema: Shown }> }
      const [first] = Object.entries(content ?? {})
      if (!first) return `Response ${status}: ${description}`
      const [type, { schema }] = first
      if (type !== 'application/json') return `Response ${status}, \`${type}\`: ${description}`
      const fields = schema.$ref ? '' : `\n\n${fieldTable(schema)}`
      const link = schema.$ref || schema.type === 'array' || schema.anyOf ? ` (${typeOf(schema)})` : ''
      return `Response ${status}${link}: ${description}${schema.properties ? fields : ''}`
    })
}

function errorLine(responses: Operation['responses']): string {
  const codes = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, response]) => {
      const { description } = response as unknown as { description: string }
      return [...description.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => ({ status, code: code! }))
    })
    .filter(({ code }) => !COMMON.includes(code))
  if (codes.length === 0) return ''
  return `Errors: ${codes.map(({ status, code }) => `${status} \`${code}\``).join(', ')}.`
}

/** Fields of an object, with those of objects inside it that have no name. */
function fieldTable(schema: Shown): string {
  const rows = fieldRows(schema, '')
  return rows.length > 0 ? table(['Field', 'Type', 'Meaning'], rows) : ''
}

function fieldRows({ properties = {}, required = [] }: Shown, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const row = [
      `\`${path}\``,
      `${typeOf(field)}${required.includes(name) ? '' : ', optional'}`,
      withDefault(field.description ?? '', field),
    ]
    const inside = field.anyOf?.find((each) => each.properties) ?? field
    if (inside.properties) return [row, ...fieldRows(inside, `${path}.`)]
    return inside.items?.properties ? [row, ...fieldRows(inside.items, `${path}[].`)] : [row]
  })
}

function typeOf({ $ref, type, anyOf, enum: values, const: value, items, format }: Shown): string {
  if ($ref) return linkTo($ref)
  if (value !== undefined) return `\`${JSON.stringify(value)}\``.replaceAll('"', '')
  if (values && values.length > 20) return 'a code of [errors](errors.md)'
  if (values) return values.map((each) => `\`${String(each)}\``).join(', ')
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ')
  if (Array.isArray(type) && items)
    return [typeOf({ type: 'array', items }), ...type.filter((each) => each === 'null')].join(' or ')
  if (type === 'array') return items && Object.keys(items).length > 0 ? `list of ${typeOf(items)}` : 'list'
  if (format && type)
    return [format.replace('date-time', 'time'), ...[type].flat().filter((each) => each === 'null')].join(' or ')
  return type ? [type].flat().join(' or ') : 'any'
}

function linkTo(reference: string): string {
  const name = reference.split('/').at(-1)!
  return `[${name}](#${name.toLowerCase()})`
}

const withDefault = (description: string, { default: initial }: Shown): string =>
  initial === undefined
    ? description
    : `${description} Default: \`${JSON.stringify(initial)}\`.`.trim().replaceAll('"', '')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n')
