const RUNS = 3

/**
 * Returns the statements of an action. `seen` receives those of the server (`startTestServer({ app: { onStatement } })`). Jobs in the
 * background can add some, so the action is run several times, and the run with the fewest statements counts.
 */
export async function statementsOf(seen: string[], action: () => Promise<unknown>): Promise<string[]> {
  let fewest: string[] | undefined
  for (let run = 0; run < RUNS; run++) {
    seen.length = 0
    await action()
    if (!fewest || seen.length < fewest.length) fewest = [...seen]
  }
  return fewest ?? []
}

/** Executions of the statement that was executed most. A list that reads each item by itself shows here. */
export const maxRepetitions = (statements: readonly string[]): number =>
  Math.max(0, ...[...Map.groupBy(statements, (text) => text).values()].map(({ length }) => length))
