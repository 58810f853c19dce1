/**
 * Executions of the statement that was executed most. A list that reads each item by itself shows here; workers and polls
 * repeat a statement at most a few times during a request.
 */
export const maxRepetitions = (statements: readonly string[]): number =>
  Math.max(0, ...[...Map.groupBy(statements, (text) => text).values()].map(({ length }) => length))
