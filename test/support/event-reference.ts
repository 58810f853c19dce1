import { JsonSchemas } from '#rest/openapi/json-schemas.js'
import type { EventData } from '#services/kernel/outbox/event-data/define-event-data.js'
import { WEBHOOK_EVENTS } from '#services/kernel/outbox/event-data/outbox-events.js'

interface Shown {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shown>>
  readonly required?: readonly string[]
  readonly items?: Shown
  readonly anyOf?: readonly Shown[]
}

/** Types of events with the same data. */
interface Group {
  readonly data: EventData
  readonly types: readonly string[]
  readonly schema: Shown
}

const HEAD = '// Generated from src/services/kernel/outbox/event-data by `npm run docs`. Do not edit.\n'

/** Types of the events that webhooks deliver, in alphabetical order. */
export const WEBHOOK_TYPES: readonly string[] = WEBHOOK_EVENTS.map(([type]) => type).toSorted()

/** `event-types.ts` of the client. */
export const clientEventTypes = (): string => `${HEAD}
/** Types of events that webhooks deliver. A newer server can send others. */
export const WEBHOOK_EVENT_TYPES = [
${WEBHOOK_TYPES.map((type) => `  '${type}',\n`).join('')}] as const
`

/** `event-data.ts` of the client. */
export function clientEventData(): string {
  const groups = eventGroups()
  const interfaces = groups.map(
    ({ data, schema }) => `
/** Data of an event: ${data.description}. */
export interface ${data.name} extends ${data.isOfAccount ? 'AccountEventData' : 'WebhookEventData'} {${membersOf(schema).replace(/^(?=.)/, '\n')}}
`,
  )
  const lines = groups.flatMap(({ data, types }) => types.map((type) => `  readonly '${type}': ${data.name}\n`))
  return `${HEAD}
/** Data of every event. Members can be added; dates are ISO 8601 texts. */
export interface WebhookEventData {
  /** ID of the account. Null for events without one, for example of a template of the operator. */
  readonly accountId: string | null
  /** ID of the account in the application, for example the subject of the tokens of its user. Null without an account. */
  readonly accountExternalId: string | null
  readonly [member: string]: unknown
}

/** Data of an event that concerns an account. */
export interface AccountEventData extends WebhookEventData {
  readonly accountId: string
}
${interfaces.join('')}
/** Data of each type of event. */
export interface EventDataByType {
${lines.toSorted().join('')}}
`
}

/** Table of `docs/events.md`. */
export function eventDataTable(): string {
  const rows = eventGroups().map(({ types, schema }) => {
    const members = Object.entries(schema.properties ?? {}).map(([name, member]) => {
      const isOptional = !schema.required?.includes(name)
      return `\`${name}\` ${documented(member)}${isOptional ? ', optional' : ''}`
    })
    return `| ${types.map((type) => `\`${type}\``).join(' · ')} | ${members.join(' · ')} |`
  })
  return `| Types | Members |\n|---|---|\n${rows.join('\n')}`
}

function eventGroups(): readonly Group[] {
  const schemas = new JsonSchemas()
  const groups = new Map<EventData, string[]>()
  for (const [type, data] of WEBHOOK_EVENTS) groups.set(data, [...(groups.get(data) ?? []), type])
  return [...groups]
    .map(([data, types]) => ({ data, types, schema: schemas.of(data.schema, 'output') as Shown }))
    .toSorted((one, other) => (one.types[0]! < other.types[0]! ? -1 : 1))
}

const membersOf = ({ properties = {}, required = [] }: Shown): string =>
  Object.entries(properties)
    .map(([name, member]) => {
      const comment = member.description ? `  /** ${member.description} */\n` : ''
      return `${comment}  readonly ${name}${required.includes(name) ? '' : '?'}: ${typeScriptOf(member)}\n`
    })
    .join('')

function typeScriptOf(schema: Shown): string {
  if (schema.anyOf) return schema.anyOf.map(typeScriptOf).join(' | ')
  const suffix = schema.type?.includes('null') && schema.type !== 'null' ? ' | null' : ''
  const [type] = [schema.type ?? []].flat().filter((each) => each !== 'null')
  if (type === 'array') return `readonly (${typeScriptOf(schema.items!)})[]${suffix}`.replace(/\((\w+)\)/, '$1')
  if (type === 'object' && schema.properties) {
    const members = Object.entries(schema.properties).map(
      ([name, member]) => `readonly ${name}: ${typeScriptOf(member)}`,
    )
    return `{ ${members.join('; ')} }${suffix}`
  }
  if (type === 'object') return `Readonly<Record<string, unknown>>${suffix}`
  return `${type === 'integer' ? 'number' : (type ?? 'null')}${suffix}`
}

function documented(schema: Shown): string {
  if (schema.anyOf) return schema.anyOf.map(documented).join(' or ')
  const types = [schema.type ?? []].flat()
  const [type] = types.filter((each) => each !== 'null')
  const suffix = types.includes('null') && type !== undefined ? ' or null' : ''
  if (type === 'array') return `list of ${documented(schema.items!)}${suffix}`
  if (type === 'object' && schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }${suffix}`
  return `${schema.format === 'date-time' ? 'time' : (type ?? 'null')}${suffix}`
}
