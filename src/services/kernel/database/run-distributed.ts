import type { QueryArrayResult } from 'pg'
import type { Statement } from './statement.js'

export type AnyStatement = Statement<never, unknown>

export type RunStatement = (statement: AnyStatement, values: unknown) => Promise<QueryArrayResult>

/** Runs statements in their form for accounts that are distributed over machines. */
export const runDistributed =
  (run: RunStatement): RunStatement =>
  async (statement, values) => {
    const { distributed, names, text } = statement
    if (!distributed) return run(statement, values)
    const shaped = { text: distributed.text ?? text, names }
    const result = distributed.each
      ? await runEach(run, shaped, distributed.each, values as Record<string, readonly unknown[]>)
      : await run(shaped, values)
    if (distributed.writes && result.rows.length > 0) {
      const found = jsonOf(result)
      for (const write of distributed.writes) await run(write, { ...(values as object), found })
    }
    return result
  }

/** Runs a statement for each position of some arrays. */
async function runEach(
  run: RunStatement,
  statement: AnyStatement,
  each: readonly string[],
  given: Record<string, readonly unknown[]>,
): Promise<QueryArrayResult> {
  const results: QueryArrayResult[] = []
  for (let place = 0; place < given[each[0]!]!.length; place++) {
    const one = Object.fromEntries(each.map((name) => [name, [given[name]![place]]]))
    results.push(await run(statement, { ...given, ...one }))
  }
  return together(results)
}

/** Rows as a list of objects in JSON. */
const jsonOf = ({ rows, fields }: QueryArrayResult): string =>
  JSON.stringify(
    rows.map((cells: unknown[]) => Object.fromEntries(fields.map(({ name }, index) => [name, asJson(cells[index])]))),
  )

/** A value as PostgreSQL reads it from JSON. */
const asJson = (cell: unknown): unknown => (Buffer.isBuffer(cell) ? `\\x${cell.toString('hex')}` : cell)

/** Rows of several statements as those of one. */
function together(results: readonly QueryArrayResult[]): QueryArrayResult {
  const [first] = results
  return {
    command: first?.command ?? '',
    oid: 0,
    fields: first?.fields ?? [],
    rowCount: results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    rows: results.flatMap(({ rows }) => rows),
  }
}
