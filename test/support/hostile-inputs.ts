import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, getNullableType, isEnumType, isListType } from 'graphql'
import { DENIAL_CODES } from '#services/kernel/codes/codes.js'
import { SchemaDocuments, type Identifiers, type SchemaInput } from './schema-documents.js'
import { screenData, type ScreenData } from './screens.js'
import type { TestServer } from './test-server.js'
import { usedTime } from '#test/support/max-task-time.js'

const LONG = 'x'.repeat(60_000)
const TEXTS = [
  '',
  '   ',
  LONG,
  'a\u0000b',
  '\ud800',
  '\u202e\u{1f984}',
  `'; drop table account; --`,
  '%',
  '../../etc/passwd',
  42,
  {},
]
/** Values that an input of a type should refuse, or accept without harm. Other scalars receive texts. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [-1, 0, 2_147_483_647, 2_147_483_648, 1.5, 'x'],
  SafeInt: [-1, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 2, 'x'],
  Float: [-1, 1e308, 'x'],
  Boolean: ['x', 1],
  DateTime: [
    '0000-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '-271821-04-20T00:00:00Z',
    '2026-02-30T00:00:00Z',
    'x',
    1e20,
  ],
  JSON: [JSON.parse('{"__proto__":{"x":1},"constructor":1}'), nested(200), LONG, [], { 'a\u0000': '\u0000' }, 1e300],
}
const NO_MEMBERS = ['NOT_A_VALUE', 5, '']
const MANY = 2_000
const MAX_MESSAGE = 600
/** Processor time of an answer. */
const MAX_MS = 5_000
/** Codes of a fault of the server. */
const FAULTS = ['INTERNAL', 'CONFIGURATION', 'TIMEOUT', 'UNAVAILABLE', 'PROVIDER_UNAVAILABLE']
/** A sign that a test document is wrong. */
const WRONG_DOCUMENTS = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'TOO_MANY_ALIASES',
  'QUERY_TOO_LONG',
  'QUERY_TOO_DEEP',
]

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { value: nested(depth - 1) }
}

/** Result of a value in one argument or field of an input, if it is not as it should be. */
export interface InputProblem {
  readonly coordinate: string
  readonly value: string
  readonly problem: string
}

/** Sends hostile values in every argument and field of an input. */
export class HostileInputs {
  private readonly identifiers: Identifiers
  readonly inputs: readonly SchemaInput[] = new SchemaDocuments(
    buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true }),
  ).inputs(() => true)

  private constructor(
    private readonly server: TestServer,
    private readonly data: ScreenData,
  ) {
    const { owner, served, vendorId, templateSlug: slug, logs: commandId } = data
    const { accountId, userId } = owner
    this.identifiers = {
      id: accountId,
      accountId,
      userId,
      vendorId,
      slug,
      commandId,
      hash: served.hash,
      deploymentId: served.hash,
    }
  }

  static async on(server: TestServer): Promise<HostileInputs> {
    return new HostileInputs(server, await screenData(server))
  }

  valuesOf({ input }: SchemaInput): readonly unknown[] {
    const type = getNamedType(input.type)
    const values = VALUES[type.name] ?? (isEnumType(type) ? NO_MEMBERS : TEXTS)
    if (!isListType(getNullableType(input.type))) return values
    return [[], ...values.map((value) => [value]), Array.from({ length: MANY }, () => values[0])]
  }

  /** Sends one value as the owner of the account and, where that is forbidden, as an operator. */
  async send(input: SchemaInput, value: unknown): Promise<InputProblem[]> {
    const problems: string[] = []
    for (const token of [this.data.owner.token, this.data.operator]) {
      const query = input.text(this.identifiers)
      const began = usedTime()
      const { status, errors = [] } = await this.server.graphql<object | null>(query, { value }, token)
      const ms = usedTime() - began
      if (status >= 500) problems.push(`status ${status}`)
      if (ms > MAX_MS) problems.push(`${Math.round(ms)} ms`)
      for (const { message, extensions } of errors) {
        const { code } = extensions
        const isThrownDenial = query.startsWith('mutation') && code in DENIAL_CODES && code !== 'NOT_FOUND'
        if (FAULTS.includes(code) || WRONG_DOCUMENTS.includes(code) || isThrownDenial)
          problems.push(`${code}: ${message.slice(0, 200)}`)
        if (message.length > MAX_MESSAGE) problems.push(`a message of ${message.length} characters`)
      }
      if (!errors.some(({ extensions }) => extensions.code === 'FORBIDDEN')) break
    }
    const shown = (JSON.stringify(value) ?? 'undefined').slice(0, 60)
    return problems.map((problem) => ({ coordinate: input.coordinate, value: shown, problem }))
  }

  /** Codes of the errors of a document with a value in one place, as `errorsOf` has them. */
  async codesOf(input: SchemaInput, literal: string, value?: unknown): Promise<string[]> {
    return (await this.errorsOf(input, literal, value)).map(({ code }) => code)
  }

  /** Errors of a document with a value in one place, as the owner of the account and, where that is forbidden, as an operator. */
  async errorsOf(
    input: SchemaInput,
    literal: string,
    value?: unknown,
  ): Promise<{ readonly code: string; readonly message: string }[]> {
    let found: { code: string; message: string }[] = []
    for (const token of [this.data.owner.token, this.data.operator]) {
      const query = input.text(this.identifiers, literal)
      const { errors = [] } = await this.server.graphql<object | null>(
        query,
        value === undefined ? {} : { value },
        token,
      )
      found = errors.map(({ message, extensions }) => ({ code: extensions.code, message }))
      if (!found.some(({ code }) => code === 'FORBIDDEN')) break
    }
    return found
  }

  /** Lines of the server's log about faults. */
  faults = (): string[] =>
    this.server.logLines.filter((line) => /^\{"level":(?:50|60)/.test(line)).map((line) => line.slice(0, 500))
}
