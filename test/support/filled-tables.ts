import type { TestServer } from './test-server.js'

interface Column {
  readonly name: string
  readonly type: string
  readonly isOptional: boolean
}

/** Expressions of a value, by type. */
const VALUES: Readonly<Record<string, string>> = {
  ARRAY: `'{}'`,
  boolean: 'false',
  date: 'current_date',
  'timestamp with time zone': 'now()',
  bigint: '1',
  integer: '1',
  numeric: '1',
  'double precision': '1',
  jsonb: `'{}'`,
}

/**
 * Inserts a row with values into a table that lacks them: references to rows that exist, the given expressions, and otherwise any value of the type.
 * Returns why the database refused it. Null if it did not.
 */
export async function fillTable(
  server: TestServer,
  table: string,
  given: Readonly<Record<string, string>>,
): Promise<string | null> {
  const columns = await server.query<Column>(
    `select column_name as name, data_type as type, is_nullable = 'YES' or column_default is not null or is_identity = 'YES' as "isOptional"
     from information_schema.columns where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  const named = (keys: string, of: string) =>
    `(select array_agg(attname::text order by n) from unnest(${keys}) with ordinality k (num, n) join pg_attribute on attrelid = ${of} and attnum = num)`
  const references = await server.query<{ of: string; own: string[]; referenced: string[] }>(
    `select confrelid::regclass::text as of, ${named('conkey', 'conrelid')} as own, ${named('confkey', 'confrelid')} as referenced
     from pg_constraint where contype = 'f' and conrelid = $1::regclass order by cardinality(conkey) desc`,
    [table],
  )
  const isNeeded = ({ name, isOptional }: Column) => !isOptional || name in given
  const values = new Map<string, string>()
  const from: string[] = []
  for (const { of, own, referenced } of references) {
    if (own.every((name) => values.has(name)) || !columns.some((one) => own.includes(one.name) && isNeeded(one)))
      continue
    const alias = `r${from.length}`
    const same = own.flatMap((name, index) => (values.has(name) ? [`${referenced[index]} = ${values.get(name)}`] : []))
    from.push(`(select * from ${of}${same.length > 0 ? ` where ${same.join(' and ')}` : ''} limit 1) ${alias}`)
    for (const [index, name] of own.entries()) if (!values.has(name)) values.set(name, `${alias}.${referenced[index]}`)
  }
  for (const column of columns.filter((one) => isNeeded(one)))
    if (column.name in given) values.set(column.name, given[column.name]!)
    else if (!values.has(column.name))
      values.set(
        column.name,
        column.name === 'account_id' ? `(select id from account limit 1)` : (VALUES[column.type] ?? `'x'`),
      )
  const laterals = from.map((one, index) => (index > 0 ? `lateral ${one}` : one)).join(', ')
  const names = [...values.keys()]
  try {
    const rows = await server.query(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) select ${[...values.values()].join(', ')}${
        laterals ? ` from ${laterals}` : ''
      } returning 1 as done`,
    )
    return rows.length > 0 ? null : 'no row to refer to'
  } catch (error) {
    return (error as Error).message
  }
}
