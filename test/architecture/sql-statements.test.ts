import { globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import pg from 'pg'
import { describeStatement, type DescribedColumn } from '../support/describe-statement.js'
import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import { stringsOf } from '../support/source-text.js'
import { readStatementTypes, type StatementTypes, type ValueType } from '../support/statement-types.js'
import type { Statement } from '#services/kernel/database/statement.js'

const root = process.cwd()
const MAX_SQL_TEXTS = 283

const sqlFiles = globSync('src/**/*.sql.ts', { cwd: root })
  .map((file) => `${root}/${file}`)
  .sort()

/**
 * TypeScript types of a PostgreSQL type. First: the type that the driver returns. Others are accepted as parameters
 * only.
 */
const VALUES: Record<string, readonly string[]> = {
  bool: ['boolean'],
  int2: ['number'],
  int4: ['number'],
  int8: ['number'],
  float4: ['number'],
  float8: ['number'],
  oid: ['number'],
  numeric: ['string', 'number'],
  text: ['string'],
  varchar: ['string'],
  bpchar: ['string'],
  name: ['string'],
  uuid: ['string'],
  date: ['Date', 'string'],
  timestamptz: ['Date', 'string'],
  timestamp: ['Date', 'string'],
  interval: ['object', 'string'],
  bytea: ['Buffer'],
  xid8: ['string'],
  pg_lsn: ['string'],
  regclass: ['string'],
  void: ['string'],
}

/** True if a TypeScript type can hold the values that PostgreSQL returns. */
function holds(kinds: readonly string[], type: string): boolean {
  if (kinds.includes('unknown')) return true
  if (type === 'json' || type === 'jsonb' || type === 'record') return true
  if (type.startsWith('_')) {
    const elements = kinds.filter((kind) => kind.endsWith('[]')).map((kind) => kind.slice(0, -2))
    return elements.length > 0 && holds(elements, type.slice(1))
  }
  const returned = VALUES[type]?.[0]
  return returned !== undefined && kinds.every((kind) => kind === returned)
}

/** True if every value of a TypeScript type is a valid parameter. Texts for JSON come from `JSON.stringify`. */
function accepts(kinds: readonly string[], type: string): boolean {
  if (type === 'json' || type === 'jsonb') return kinds.every((kind) => kind === 'string' || kind === 'object')
  if (type.startsWith('_')) {
    const elements = kinds.filter((kind) => kind.endsWith('[]')).map((kind) => kind.slice(0, -2))
    return (elements.length > 0 || kinds.includes('string')) && elements.every((kind) => accepts([kind], type.slice(1)))
  }
  return kinds.length > 0 && kinds.every((kind) => VALUES[type]?.includes(kind) === true)
}

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

describe('SQL statements', () => {
  let opened: OpenedDatabase
  let client: pg.Client
  let typeNames: Map<number, string>
  let nullableColumns: Set<string>
  beforeAll(async () => {
    opened = await openTestDatabase(2)
    client = new pg.Client({ connectionString: opened.url })
    await client.connect()
    const types = await client.query<{ oid: number; typname: string }>(`select oid, typname from pg_type`)
    typeNames = new Map(types.rows.map(({ oid, typname }) => [oid, typname]))
    const columns = await client.query<{ key: string }>(
      `select attrelid || '.' || attnum as key from pg_attribute where attnum > 0 and not attnotnull`,
    )
    nullableColumns = new Set(columns.rows.map(({ key }) => key))
  })
  afterAll(async () => {
    await client.end()
    await opened.close()
  })

  it('have the types that the database derives', async () => {
    const types = readStatementTypes(sqlFiles)
    const problems: string[] = []
    for (const file of sqlFiles) await beginSession(file)
    for (const file of sqlFiles) {
      for (const [name, { text, names }] of await statementsOf(file)) {
        const at = `${relative(root, file)} ${name}`
        const declared = types.get(file)!.get(name)
        if (!declared) problems.push(`${at}: not a statement`)
        else problems.push(...(await compare(text, names, declared)).map((problem) => `${at}: ${problem}`))
      }
    }
    expect(problems).toEqual([])
  })

  /** An exported text is run at the start of a session, for example to create a function. */
  async function beginSession(file: string): Promise<void> {
    for (const text of Object.values((await import(file)) as Record<string, unknown>))
      if (typeof text === 'string') await client.query(text)
  }

  /** Without exported texts, and without functions: they make statements of other files, which are compared there. */
  async function statementsOf(file: string): Promise<[string, Statement<object, unknown>][]> {
    const exported = Object.entries((await import(file)) as Record<string, string | Statement<object, unknown>>)
    return exported.filter((entry): entry is [string, Statement<object, unknown>] => typeof entry[1] === 'object')
  }

  async function compare(text: string, names: readonly string[], declared: StatementTypes): Promise<string[]> {
    let described
    try {
      described = await describeStatement(client, text)
    } catch (error) {
      return [(error as Error).message]
    }
    const unused = Object.keys(declared.parameters).filter((name) => !names.includes(name))
    return [
      ...unused.map((name) => `parameter ${name} is not in the text`),
      ...names.flatMap((name, index) => wrongParameter(name, described.parameters[index]!, declared.parameters[name])),
      ...wrongRow(text, described.columns, declared.row),
    ]
  }

  function wrongParameter(name: string, oid: number, declared: ValueType | undefined): string[] {
    const type = typeNames.get(oid)!
    if (!declared) return [`parameter ${name} (${type}) has no type`]
    return accepts(declared.kinds, type)
      ? []
      : [`parameter ${name} is ${type}, but declared ${declared.kinds.join(' | ')}`]
  }

  function wrongRow(text: string, columns: readonly DescribedColumn[], row: StatementTypes['row']): string[] {
    if (!row) return columns.length > 0 ? [`returns rows, but has no row type`] : []
    const returned = new Set(columns.map(({ name }) => camelCase(name)))
    const missing = Object.keys(row).filter((name) => !returned.has(name))
    return [
      ...missing.map((name) => `column ${name} is not returned`),
      ...columns.flatMap((column) => wrongColumn(text, column, row[camelCase(column.name)])),
    ]
  }

  function wrongColumn(text: string, column: DescribedColumn, declared: ValueType | undefined): string[] {
    const name = camelCase(column.name)
    const type = typeNames.get(column.type)!
    if (!declared) return [`column ${name} (${type}) is not in the row type`]
    if (!holds(declared.kinds, type)) return [`column ${name} is ${type}, but declared ${declared.kinds.join(' | ')}`]
    const mayBeNull = nullableColumns.has(`${column.table}.${column.column}`)
    if (mayBeNull && !declared.nullable && !new RegExp(`${column.name} is not null`).test(text))
      return [`column ${name} may be null`]
    return []
  }

  it('are few, in separate files', async () => {
    const texts = await Promise.all(sqlFiles.map(async (file) => (await statementsOf(file)).length))
    expect(texts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_SQL_TEXTS)
    const elsewhere = globSync('src/**/*.ts', { cwd: root })
      // `*-ctes.ts` has parts of the statements of usage operations and of the search, which are no statements of their own.
      .filter((file) => !/\.sql\.ts$|-ctes\.ts$/.test(file))
      .flatMap((file) => sqlTextsOf(file).map((text) => `${file}: ${text.slice(0, 60)}`))
    expect(elsewhere).toEqual([])
  })

  it('are compared by type: a wrong one is detected', async () => {
    const wrong = await compare(
      `select id, version, created_at from account where id = $1 and version > $2`,
      ['id', 'version'],
      {
        parameters: { id: { kinds: ['number'], nullable: false }, other: { kinds: ['string'], nullable: false } },
        row: { id: { kinds: ['string'], nullable: false }, version: { kinds: ['string'], nullable: false } },
      },
    )
    expect(wrong).toEqual([
      'parameter other is not in the text',
      'parameter id is text, but declared number',
      'parameter version (int8) has no type',
      'column version is int8, but declared string',
      'column createdAt (timestamptz) is not in the row type',
    ])
  })
})

const SQL =
  /^\s*(?:select|insert into|update \w+ set|update \w+ \w+ set|delete from|with (?:recursive )?\w+(?: \([^)]*\))? as)\b/i

/** SQL texts in the string literals of a file. */
function sqlTextsOf(file: string): string[] {
  return stringsOf(readFileSync(`${root}/${file}`, 'utf8'))
    .map(({ text }) => text)
    .filter((text) => SQL.test(text))
}
