import { coverageTable } from '#proof/api-coverage/table.js'
import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLEnumType } from 'graphql'
import { parse } from 'yaml'
import { DENIAL_CODES, ERROR_CODES, type CodeInfo, type ErrorCode } from '#services/kernel/codes/codes.js'
import { environment } from '#services/kernel/config/environment.js'
import { maxFragments } from '#edge/graphql/query-limits.js'
import { defaultLimits } from '#edge/options.js'
import { ASSUMED_ITEMS, FIELD_COSTS, ITEMS_OF_TYPE } from '#schema/kernel/costs.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { allDeclared } from '#modules/all-declarations.js'
import { allModules } from '#modules/all-modules.js'
import { metricTexts } from '#services/entitlements/metrics/registry.js'
import { readTools, toolSchema } from '#startup/mcp/read-tools.js'
import { cliReference } from './cli-reference.js'
import { commandReference } from './command-reference.js'
import { ERROR_REMEDIES } from './error-remedies.js'
import { eventDataTable } from './event-reference.js'
import { permissionTable } from './permission-reference.js'
import { restDocument } from './rest-document.js'
import { restReference, tagsOf } from './rest-reference.js'

/** A part of a page that is generated from definitions in code. It is between `<!-- name -->` and `<!-- /name -->`. */
export interface GeneratedPart {
  readonly page: string
  readonly name: string
  readonly text: () => string
}

const restRoutes = await restReference(await restDocument())
const modulePages = await modulePageTable()

export const GENERATED_PARTS: readonly GeneratedPart[] = [
  { page: 'docs/configuration.md', name: 'settings', text: settingTable },
  { page: 'docs/errors.md', name: 'codes', text: codeTable },
  { page: 'docs/metrics.md', name: 'metrics', text: metricTable },
  { page: 'docs/graphql-limits.md', name: 'limits', text: limitTable },
  { page: 'docs/graphql-limits.md', name: 'costs', text: costTable },
  { page: 'docs/agents.md', name: 'commands', text: commandReference },
  { page: 'docs/cli.md', name: 'cli', text: cliReference },
  { page: 'docs/modules.md', name: 'pages', text: () => modulePages },
  { page: 'docs/members.md', name: 'permissions', text: permissionTable },
  { page: 'docs/events.md', name: 'event-data', text: eventDataTable },
  { page: 'docs/rest-api.md', name: 'routes', text: () => restRoutes },
  { page: 'docs/alerts/README.md', name: 'alerts', text: alertTable },
  { page: 'docs/mcp.md', name: 'tools', text: toolTable },
  { page: 'docs/analytics.md', name: 'figures', text: figureTable },
  {
    page: 'docs/tutorials/gate-a-feature.md',
    name: 'application',
    text: () => `\`\`\`ts app\n${readFileSync('examples/express/server.ts', 'utf8')}\`\`\``,
  },
  {
    page: 'docs/tutorials/gate-a-feature.md',
    name: 'count-samples',
    text: () => samplesOf('Gate a feature', 'A gate'),
  },
  { page: 'docs/tutorials/gate-a-feature.md', name: 'sale-samples', text: () => samplesOf('Sell a plan', 'A sale') },
  { page: 'docs/client-services.md', name: 'webhook-samples', text: () => samplesOf('Verify a webhook', 'A webhook') },
  { page: 'docs/proof-coverage.md', name: 'operations', text: coverageTable },
]

/** The page with its part replaced. Throws if the page has no such part. */
export function withPart(page: string, { page: path, name, text }: GeneratedPart): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end.slice(1), from)
  if (from < 0 || to < 0) throw new Error(`${path} has no part ${name}`)
  return `${page.slice(0, from + begin.length)}${text().trim()}${end}${page.slice(to + end.length - 1)}`
}

/** Pages of each module, and the groups of REST routes that it is the first to have. */
async function modulePageTable(): Promise<string> {
  const known = new Set<string>()
  const rows: string[][] = []
  for (const [place, { name, documentation }] of allModules.entries()) {
    const document = await restDocument(allModules.slice(0, place + 1))
    const added = tagsOf(document).filter((tag) => !known.has(tag))
    for (const tag of added) known.add(tag)
    const links = documentation.map((page) => {
      const [, title] = /^# (.+)$/m.exec(readFileSync(`docs/${page}`, 'utf8'))!
      return `[${title}](${page})`
    })
    const groups = added.map((tag) => `[REST: ${tag}](rest-api.md#${tag.toLowerCase().replaceAll(' ', '-')})`)
    if (place > 0 && links.length + groups.length > 0) rows.push([code(name), [...links, ...groups].join(', ')])
  }
  return table(['Module', 'Its pages; all others are about `core`, or about several'], rows)
}

/** Names of all settings. */
export const settingNames: readonly string[] = [...Object.keys(environment.shape), ...Object.keys(allDeclared.settings)]

/** Every setting with the form that its schema accepts. */
function settingTable(): string {
  const ofModules = Object.entries(allDeclared.settings).map(([name, { form }]): [string, Schema] => [name, form])
  const fields = [...(Object.entries(environment.shape) as [string, Schema][]), ...ofModules]
  return table(
    ['Name', 'Form'],
    fields.map(([name, schema]) => [code(name), formOf(schema)]),
  )
}

interface Issue {
  readonly message: string
  readonly values?: readonly unknown[]
}

interface Schema {
  safeParse(
    value: unknown,
  ): { success: true; data?: unknown } | { success: false; error: { issues: readonly unknown[] } }
}

/** Expected form in the message for an invalid value. A schema for any text has none. */
function formOf(schema: Schema): string {
  const result = schema.safeParse('\u0001')
  if (result.success) return Array.isArray(result.data) ? 'list, separated by commas' : 'text'
  const { message, values } = result.error.issues[0] as Issue
  if (values) return values.map((value) => code(String(value))).join(', ')
  return message.replace(/^(expected|must be) /, '').replaceAll('|', '\\|')
}

/** Every figure with its definition. */
function figureTable(): string {
  return table(
    ['Metric', 'Definition'],
    Object.entries(metricTexts(allDeclared.metrics)).map(([name, text]) => [code(name), text]),
  )
}

/** Every tool of the MCP server. */
function toolTable(): string {
  return table(
    ['Tool', 'Kind', 'Permission', 'Effect'],
    readTools(toolSchema()).map(({ name, description, installation, account, preview }) => {
      const permission = installation ?? account
      return [code(name), preview ? 'change' : 'read', permission ? code(permission) : 'none', description]
    }),
  )
}

/** Every denial and error with its status and its short text, which is `error` in REST bodies. */
function codeTable(): string {
  const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
  const causes = schema.getType('DenialCode') as GraphQLEnumType
  const causeOf = (name: string): string =>
    ERROR_REMEDIES[name as ErrorCode] ?? causes.getValue(name)!.description!.replaceAll(/\s*\n\s*/g, ' ')
  const rows = (codes: Readonly<Record<string, CodeInfo>>, kind: string) =>
    Object.entries(codes).map(([name, { status, text }]) => [
      code(name),
      String(status),
      kind,
      code(text),
      causeOf(name).replaceAll('|', '\\|'),
    ])
  const denials = Object.entries(DENIAL_CODES).filter(([name]) => !(name in ERROR_CODES))
  const errors = Object.entries(ERROR_CODES)
  return table(
    ['Code', 'Status', 'Kind', 'Short text', 'Cause, and what helps'],
    [
      ...rows(Object.fromEntries(denials), 'denial'),
      ...errors.flatMap(([name, info]) => rows({ [name]: info }, name in DENIAL_CODES ? 'denial or error' : 'error')),
    ],
  )
}

/** Names of the tutorial in place of those in the READMEs of the packages. */
const TUTORIAL_NAMES: Readonly<Record<string, string>> = {
  'https://billing.example.com': 'http://localhost:4000',
  'person:ann@example.com': 'customer:42',
  ai_stories: 'attribution_runs',
  professional: 'scale',
}

/** The samples below these headings of the READMEs for Python and Go, whose tests run them. The site shows neighboring samples as tabs. */
function samplesOf(python: string, go: string): string {
  const sample = (page: string, heading: string) => {
    const [, section = ''] = readFileSync(page, 'utf8').split(`\n## ${heading}\n`)
    const [found] = /^```\w+\n[^]*?^```$/m.exec(section) ?? []
    if (!found) throw new Error(`${page} has no sample below ${heading}`)
    return Object.entries(TUTORIAL_NAMES).reduce((text, [name, replaced]) => text.replaceAll(name, replaced), found)
  }
  return `${sample('packages/python/README.md', python)}\n\n${sample('packages/go/README.md', go)}`
}

/** Limits of a GraphQL request. */
function limitTable(): string {
  const number = (value: number) => value.toLocaleString('en-US')
  const mebibytes = (bytes: number) => `${bytes / 1_048_576} MiB`
  const limits = defaultLimits
  return table(
    ['Limit', 'Value', 'Code'],
    [
      ['Levels of fields, introspection not counted', number(limits.depth), code('QUERY_TOO_DEEP')],
      ['Aliases in the response', number(limits.aliases), code('TOO_MANY_ALIASES')],
      ['Cost of an operation', number(limits.cost), code('QUERY_TOO_COMPLEX')],
      ['Fragments of a document', number(maxFragments), code('QUERY_TOO_COMPLEX')],
      ['Characters of a document', number(limits.characters), code('QUERY_TOO_LONG')],
      ['Tokens of a document', number(limits.tokens), code('QUERY_TOO_LONG')],
      ['Operations of a batch', number(limits.batch), code('BATCH_TOO_LARGE')],
      ['Body of a request', mebibytes(limits.bodyBytes), code('BODY_TOO_LARGE')],
      ['Time of an operation', `${limits.operationMilliseconds / 1000} seconds`, code('TIMEOUT')],
      ['List items of a response; a batch shares them', number(limits.responseItems), code('RESPONSE_TOO_LARGE')],
      ['Data of a response; a batch shares it', mebibytes(limits.responseBytes), code('RESPONSE_TOO_LARGE')],
      [
        'Operations on a WebSocket at the same time',
        number(limits.operationsPerSocket),
        code('TOO_MANY_SUBSCRIPTIONS'),
      ],
      ['Message on a WebSocket', `${limits.socketMessageBytes / 1024} KiB`, 'closes with 1009'],
    ],
  )
}

/** Declared costs of fields and declared sizes of lists. */
function costTable(): string {
  const types = Object.entries(ITEMS_OF_TYPE).map(([type, size]) => [`lists of ${code(type)}`, '', String(size)])
  const fields = Object.entries(FIELD_COSTS).map(([coordinate, { weight, size }]) => [
    code(coordinate),
    weight === undefined ? '' : String(weight),
    size === undefined ? '' : String(size),
  ])
  return table(
    ['Field', 'Additional cost', 'Assumed items'],
    [...fields, ...types, ['other lists of objects', '', String(ASSUMED_ITEMS)]],
  )
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labelNames: readonly string[]
}

/** Every metric of the server, without those of Node and of the process. */
function metricTable(): string {
  const metrics = createMetrics().registry.getMetricsAsArray() as unknown as Metric[]
  return table(
    ['Name', 'Labels', 'Type', 'Meaning'],
    metrics
      .filter(({ name }) => !/^stackgate_(nodejs|process)_/.test(name))
      .map(({ name, labelNames, type, help }) => [code(name), labelNames.map(code).join(', '), type, help]),
  )
}

interface AlertRule {
  readonly alert: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

/** Every alert with its page, by severity. */
function alertTable(): string {
  const { groups } = parse(readFileSync('docs/alerts/rules.yaml', 'utf8')) as { groups: { rules: AlertRule[] }[] }
  const rules = groups.flatMap((group) => group.rules)
  const pageOf = ({ annotations }: AlertRule) => annotations.runbook.replace(/^docs\/alerts\//, '')
  return table(
    ['Alert', 'Severity', 'Meaning'],
    rules.map((rule) => [
      `[${code(rule.alert)}](${pageOf(rule)})`,
      code(rule.labels.severity),
      rule.annotations.summary,
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}
