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
    if (!distributed.each) return run(shaped, values)
    const given = values as Record<string, readonly unknown[]>
    const results: QueryArrayResult[] = []
    for (let place = 0; place < given[distributed.each[0]!]!.length; place++) {
      const one = Object.fromEntries(distributed.each.map((name) => [name, [given[name]![place]]]))
      results.push(await run(shaped, { ...given, ...one }))
    }
    return together(results)
  }

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
