/**
 * A SQL text with named parameters and typed rows. Statements are the exported constants of `*.sql.ts` files;
 * test/architecture/sql-statements.test.ts compares their types with the database.
 */
export interface Statement<Parameters extends object, Row> {
  /** Text with positional parameters, as the database receives it. */
  readonly text: string
  /** Names of the parameters, by position. */
  readonly names: readonly (keyof Parameters & string)[]
  /** Type of the rows; there is no value. */
  readonly rowType?: Row
  /** Text with the parts of `ofTable`, if it has some. */
  readonly parts?: string
}

/** Rows of a statement. */
export type RowOf<Given> = Given extends Statement<never, infer Row> ? Row : never

/** For statements without parameters. */
export type NoParameters = Record<string, never>

/** String literals, comments and casts are skipped; what remains of `:name` is a parameter. */
const PARAMETER = /'(?:[^']|'')*'|--[^\n]*|::|:([A-Za-z]\w*)/g

/** Part of a statement that reads a table of a higher module. `otherwise` replaces it where that module is not installed. */
export const ofTable = (table: string, text: string, otherwise = ''): string =>
  `/*of ${table}*/${text}/*otherwise*/${otherwise}/*end*/`

/** Rows of several tables, of which the first is there in all installations. */
export const unionOfTables = (parts: readonly (readonly [table: string, rows: string])[]): string =>
  parts.map(([table, rows], place) => (place === 0 ? rows : ofTable(table, ` union all ${rows}`))).join('')

const PART = /\/\*of (\w+)\*\/([\s\S]*?)\/\*otherwise\*\/([\s\S]*?)\/\*end\*\//g

const withParts = (text: string, has: (table: string) => boolean): string =>
  text.replace(PART, (_, table: string, own: string, otherwise: string) => (has(table) ? own : otherwise))

/** Prepares a text in which `:name` stands for a value. `Row` is `never` for statements that return no rows. */
export function statement<Parameters extends object = NoParameters, Row = never>(
  text: string,
): Statement<Parameters, Row> {
  const whole = withParts(text, () => true)
  return { ...positionalOf<Parameters, Row>(whole), ...(whole === text ? {} : { parts: text }) }
}

const reduced = new WeakMap<ReadonlySet<string>, WeakMap<object, Statement<never, unknown>>>()

/** A statement without the parts of tables that are not there. It is made once for each set of tables. */
export function statementOver<Given extends Statement<never, unknown>>(
  given: Given,
  tables: ReadonlySet<string>,
): Given {
  const { parts } = given
  if (parts === undefined) return given
  const made = reduced.get(tables) ?? new WeakMap<object, Statement<never, unknown>>()
  reduced.set(tables, made)
  const known = made.get(given) ?? positionalOf(withParts(parts, (table) => tables.has(table)))
  made.set(given, known)
  return known as Given
}

function positionalOf<Parameters extends object, Row>(text: string): Statement<Parameters, Row> {
  const names: string[] = []
  const positional = text.replace(PARAMETER, (match, name: string | undefined) => {
    if (name === undefined) return match
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  return { text: positional, names: names as (keyof Parameters & string)[] }
}

/** Statement with a composed text. Its values are an array, in the order of `$1`, `$2` …; the types of the rows are not checked. */
export const positionalStatement = <Row = never>(text: string): Statement<readonly unknown[], Row> => ({
  text,
  names: [],
})
