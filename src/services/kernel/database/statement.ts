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
}

/** Rows of a statement. */
export type RowOf<Given> = Given extends Statement<never, infer Row> ? Row : never

/** For statements without parameters. */
export type NoParameters = Record<string, never>

/** String literals, comments and casts are skipped; what remains of `:name` is a parameter. */
const PARAMETER = /'(?:[^']|'')*'|--[^\n]*|::|:([A-Za-z]\w*)/g

/** Prepares a text in which `:name` stands for a value. `Row` is `never` for statements that return no rows. */
export function statement<Parameters extends object = NoParameters, Row = never>(
  text: string,
): Statement<Parameters, Row> {
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
