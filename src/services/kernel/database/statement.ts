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
  /** Form for a database whose accounts are distributed over machines. Default: the same. */
  readonly distributed?: PreparedForm
}

/** Form of a statement for accounts that are distributed over machines: only the rows of one account are on one machine. */
export interface DistributedForm {
  /** Text with the same parameters. */
  readonly text?: string
  /** Names of arrays, parallel to each other: each position is a statement of its own, in order. */
  readonly each?: readonly string[]
  /**
   * Texts that write what the first one has read, in order: its rows are `:found`, a list of objects in JSON. Their own rows are not returned.
   * For a statement that is sent in a transaction.
   */
  readonly writes?: readonly string[]
}

/** Form with positional parameters. */
interface PreparedForm extends Pick<DistributedForm, 'text' | 'each'> {
  readonly writes?: readonly Statement<never, unknown>[]
}

/** Rows of a statement. */
export type RowOf<Given> = Given extends Statement<never, infer Row> ? Row : never

/** For statements without parameters. */
export type NoParameters = Record<string, never>

/** String literals, comments and casts are skipped; what remains of `:name` is a parameter. */
const PARAMETER = /'(?:[^']|'')*'|--[^\n]*|::|:([A-Za-z]\w*)/g

/**
 * Form that runs once for each account.
 * @param column the account in the text, which is compared with one value
 * @param each arrays of the statement; the first one has the accounts
 */
export const forEachAccount = (text: string, column: string, each: readonly string[]): DistributedForm => ({
  each,
  text: text.replaceAll(`= ${column}`, `= (:${each[0]}::text[])[1]`),
})

/** Prepares a text in which `:name` stands for a value. `Row` is `never` for statements that return no rows. */
export function statement<Parameters extends object = NoParameters, Row = never>(
  text: string,
  distributed?: DistributedForm,
): Statement<Parameters, Row> {
  const names: string[] = []
  const positional = positionalText(text, names)
  if (!distributed) return { text: positional, names: names as (keyof Parameters & string)[] }
  // The machine of an account is known from a comparison with one value, and not from one with an array.
  const form = (distributed.each ?? []).reduce(
    (changed, name) => changed.replaceAll(`any(:${name})`, `(:${name}::text[])[1]`),
    distributed.text ?? text,
  )
  const { each, writes } = distributed
  return {
    text: positional,
    names: names as (keyof Parameters & string)[],
    distributed: {
      text: positionalText(form, names),
      ...(each ? { each } : {}),
      ...(writes ? { writes: writes.map((write) => statement<never, unknown>(write)) } : {}),
    },
  }
}

function positionalText(text: string, names: string[]): string {
  return text.replace(PARAMETER, (match, name: string | undefined) => {
    if (name === undefined) return match
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
}

/** Statement with a composed text. Its values are an array, in the order of `$1`, `$2` …; the types of the rows are not checked. */
export const positionalStatement = <Row = never>(text: string): Statement<readonly unknown[], Row> => ({
  text,
  names: [],
})
