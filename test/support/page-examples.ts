import { randomUUID } from 'node:crypto'
import { Kind, parse, print } from 'graphql'
import type { TestServer } from './test-server.js'

/**
 * An example of a page that a test runs. Its block begins with "```graphql as=user" or "```http as=user". The blocks after it
 * can be "```json variables", "```json response" and "```http response". In responses `…` stands for any text, "…" as the last
 * item of a list for any further items, and fields that are not shown are ignored. In variables `{createTemplate.id}` stands for a value of
 * an earlier response of the page. In a block `"whe_…"` stands for an ID of an earlier response, and `"…"` for any text. Each
 * operation of a block is an example.
 */
export interface PageExample {
  readonly caller: string
  readonly language: 'graphql' | 'http'
  readonly source: string
  readonly line: number
  variables?: Record<string, unknown>
  response?: ExpectedResponse
}

interface ExpectedResponse {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A command of a page and what it prints: "```sh run", then "```text output". */
export interface PageCommand {
  readonly line: number
  readonly command: string
  readonly output: string
}

const FENCE = /^```(\w+)[^\S\n]*(.*)\n([^]*?)^```$/gm

/** The examples of a page. Throws for a block of GraphQL or HTTP that a test would not run. */
export function examplesOf(page: string): PageExample[] {
  const examples: PageExample[] = []
  for (const { 1: language, 2: words, 3: source, index } of page.matchAll(FENCE)) {
    const line = page.slice(0, index).split('\n').length
    const last = examples.at(-1)
    if (words === 'variables' && last) last.variables = JSON.parse(source!) as Record<string, unknown>
    else if (words === 'response' && last)
      last.response = language === 'http' ? readResponse(source!) : { body: JSON.parse(source!) }
    else if (language === 'graphql' || language === 'http') {
      const [, caller] = /^as=(\w+)$/.exec(words!) ?? []
      if (caller === undefined)
        throw new Error(`The block at line ${line} names no caller (as=…), so that no test runs it`)
      for (const operation of language === 'graphql' ? operationsIn(source!) : [source!])
        examples.push({ caller, language, source: operation, line })
    }
  }
  return examples
}

/** The operations of a block: its source if there is only one, with its fragments. */
function operationsIn(source: string): string[] {
  const operations = parse(source).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return operations.length > 1 ? operations.map(print) : [source]
}

/** The callers that the first sentence of a page names, by the words for readers. The front page is for the person who tries it. */
const READERS: readonly (readonly [words: RegExp, callers: readonly string[]])[] = [
  [/\bstackgate is a graphql server\b/i, ['user']],
  [/\boperators?\b/i, ['operator']],
  [/\bvendors?\b/i, ['vendor']],
  [/\b(?:owners?|admins?|customers?)\b/i, ['user', 'subscriber']],
  [/\bdevelopers?\b/i, ['anonymous', 'user', 'subscriber', 'service']],
]

/** The callers as whom the examples of a page run: the readers whom its first sentence names. */
export function readersOf(page: string): ReadonlySet<string> {
  const [sentence = ''] = /(?<=^# .*\n\n)[^]*?[.:](?=\s)/.exec(page) ?? []
  return new Set(READERS.flatMap(([words, callers]) => (words.test(sentence) ? callers : [])))
}

/** The commands of a page that a test runs. */
export const commandsOf = (page: string): PageCommand[] =>
  [...page.matchAll(/^```sh run\n(.+)\n```\n\n```text output\n([^]*?)^```$/gm)].map(
    ({ 1: command, 2: output, index }) => ({
      line: page.slice(0, index).split('\n').length,
      command: command!,
      output: output!,
    }),
  )

/** Runs an example. Returns the differences to what the page shows, and adds the data to that of earlier examples. */
export async function differencesOf(
  server: TestServer,
  token: string | null,
  example: PageExample,
  earlier: Record<string, unknown> = {},
): Promise<string[]> {
  const variables = example.variables && withValues(example.variables, earlier)
  const { source, isComplete } = withObjects(example.source, earlier)
  const response = await send(server, token, { ...example, source, ...(variables ? { variables } : {}) })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  const body = isJson ? (JSON.parse(text) as unknown) : text
  Object.assign(earlier, Object(body).data)
  const { status, headers = {}, body: expected } = example.response ?? {}
  const wrongHeaders = Object.entries(headers).filter(
    ([name, value]) => !matches(value, response.headers.get(name) ?? ''),
  )
  return [
    ...(status === undefined || status === response.status ? [] : [`status ${response.status} instead of ${status}`]),
    ...wrongHeaders.map(([name, value]) => `${name}: ${response.headers.get(name)} instead of ${value}`),
    ...(expected === undefined ? [] : differences(expected, body, 'body')),
    ...(example.response ? [] : errorsIn(body, isSubscription(example), isComplete)),
  ]
}

/** Variables with the values of earlier responses. */
const withValues = (variables: Record<string, unknown>, earlier: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(variables), (_name, value: unknown) => {
    const [, path] = (typeof value === 'string' && /^\{(\w+(?:\.\w+)+)\}$/.exec(value)) || []
    return path === undefined ? value : valueAt(earlier, path)
  }) as Record<string, unknown>

/** A block with IDs of earlier responses. It is not complete if there is no earlier object of a kind. */
function withObjects(block: string, earlier: object): { source: string; isComplete: boolean } {
  const seen = JSON.stringify(earlier)
  let isComplete = true
  const source = block.replaceAll(/"(?:([a-z]{3})_)?…"/g, (_text, prefix?: string) => {
    if (prefix === undefined) return `"${randomUUID()}"`
    const [, id] = new RegExp(`"(${prefix}_[0-9a-z]+)"`).exec(seen) ?? []
    if (id === undefined) isComplete = false
    return `"${id ?? `${prefix}_${'0'.repeat(ID_LENGTH)}`}"`
  })
  return { source, isComplete }
}
const ID_LENGTH = 26

function valueAt(earlier: object, path: string): unknown {
  const value = path.split('.').reduce<unknown>((at, name) => Object(at)[name], earlier)
  if (value === undefined) throw new Error(`No earlier response has ${path}`)
  return value
}

function send(
  server: TestServer,
  token: string | null,
  { language, source, variables }: PageExample,
): Promise<Response> {
  const authorization = token ? { authorization: `Bearer ${token}` } : {}
  if (language === 'graphql')
    return fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ query: source, variables }),
    })
  const { first, headers, body } = readMessage(source)
  const [method, path] = first.split(' ')
  return fetch(`${server.url}${path}`, {
    method: method!,
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...authorization, ...headers },
    ...(body ? { body } : {}),
  })
}

/** Subscriptions are only validated: over HTTP they are rejected after that. */
const isSubscription = ({ language, source }: PageExample): boolean =>
  language === 'graphql' && /^subscription\b/m.test(source)

/** The errors of a response. An object of which there is none yet is not found. */
function errorsIn(body: unknown, isOnlyValidated: boolean, isComplete: boolean): string[] {
  const { errors = [] } = Object(body) as { errors?: readonly { message: string; extensions: { code: string } }[] }
  return errors
    .filter(({ extensions: { code } }) => !isOnlyValidated || code.startsWith('GRAPHQL_'))
    .filter(({ extensions: { code } }) => isComplete || code !== 'NOT_FOUND')
    .map(({ message, extensions: { code } }) => `${code}: ${message}`)
}

function readResponse(source: string): ExpectedResponse {
  const { first, headers, body } = readMessage(source)
  return { status: Number(first.split(' ')[1]), headers, ...(body ? { body: JSON.parse(body) as unknown } : {}) }
}

function readMessage(source: string): { first: string; headers: Record<string, string>; body: string } {
  const [head = '', ...rest] = source.split('\n\n')
  const [first = '', ...lines] = head.trim().split('\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { first, headers, body: rest.join('\n\n').trim() }
}

const matches = (expected: string, actual: string): boolean =>
  new RegExp(`^${expected.split('…').map(escaped).join('[^]*')}$`).test(actual)

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

function differences(expected: unknown, actual: unknown, path: string): string[] {
  if (expected === '…') return actual === undefined ? [`${path} is missing`] : []
  if (typeof expected === 'string' && typeof actual === 'string')
    return matches(expected, actual) ? [] : [`${path}: '${actual}' instead of '${expected}'`]
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const isPrefix = expected.at(-1) === '…' && actual.length >= expected.length - 1
    const shown: unknown[] = isPrefix ? expected.slice(0, -1) : expected
    if (!isPrefix && shown.length !== actual.length)
      return [`${path}: ${actual.length} items instead of ${shown.length}`]
    return shown.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`))
  }
  if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null)
    return Object.entries(expected).flatMap(([name, value]) =>
      differences(value, (actual as Record<string, unknown>)[name], `${path}.${name}`),
    )
  return Object.is(expected, actual)
    ? []
    : [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`]
}
