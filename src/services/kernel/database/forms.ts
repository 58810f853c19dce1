import { statement, type Statement } from './statement.js'
import type { AnyStatement } from './layout.js'

/** A statement or a function, and its form for another layout of the tables. */
export type Form =
  | { readonly of: AnyStatement; readonly statement: StatementForm }
  | { readonly of: object; readonly work: object }

/** Form of a statement, prepared. */
export interface StatementForm extends Pick<GivenForm, 'each'> {
  readonly read: AnyStatement
  readonly writes: readonly AnyStatement[]
}

interface GivenForm {
  /** Text with the same parameters. Default: that of the statement. */
  readonly text?: string
  /** Names of arrays, parallel to each other: each position is a statement of its own, in order. */
  readonly each?: readonly string[]
  /**
   * Texts that write what the first one has read, in order: its rows are `:found`, a list of objects in JSON. Their own rows are not returned.
   * For a statement that is sent in a transaction.
   */
  readonly writes?: readonly string[]
}

export const functionForm = <Given extends unknown[], Result>(
  of: (...given: Given) => Result,
  work: (...given: Given) => Result,
): Form => ({ of, work })

export function statementForm<Parameters extends object, Row>(
  of: Statement<Parameters, Row>,
  { text = textOf(of), each, writes = [] }: GivenForm,
): Form {
  // The machine of an account is known from a comparison with one value, and not from one with an array.
  const form = (each ?? []).reduce(
    (changed, name) => changed.replaceAll(`any(:${name})`, `(:${name}::text[])[1]`),
    text,
  )
  return {
    of,
    statement: { read: statement(form), writes: writes.map((write) => statement(write)), ...(each ? { each } : {}) },
  }
}

/**
 * Form that runs once for each account.
 * @param column the account in the text, which is compared with one value
 * @param each arrays of the statement; the first one has the accounts
 */
export const forEachAccount = (text: string, column: string, each: readonly string[]): GivenForm => ({
  each,
  text: text.replaceAll(`= ${column}`, `= (:${each[0]}::text[])[1]`),
})

/** The text of a statement with the names of its parameters. */
export const textOf = <Parameters extends object, Row>({ text, names }: Statement<Parameters, Row>): string =>
  text.replace(/\$(\d+)/g, (_parameter, number: string) => `:${names[Number(number) - 1]!}`)
