import { setTimeout } from 'node:timers/promises'
import { busyFactor, patientNow } from './patience.js'

const RUNS = 4
/** Milliseconds without a statement after which webhooks and jobs of earlier calls have ended. */
const PAUSE = 100

/**
 * Returns the statements of an action. `seen` receives those of the server (`startTestServer({ app: { onStatement } })`). Jobs in the
 * background add others, more of them on a busy machine, so the action begins after a pause without any and is run several times, more
 * often on a busy machine, and each statement counts as often as in the run with the fewest executions of it.
 */
export async function statementsOf(seen: string[], action: () => Promise<unknown>): Promise<string[]> {
  const end = patientNow() + 10_000
  do {
    seen.length = 0
    await setTimeout(PAUSE)
  } while (seen.length > 0 && patientNow() < end)
  const runs: string[][] = []
  for (let run = 0; run < RUNS * busyFactor(); run++) {
    seen.length = 0
    await action()
    runs.push([...seen])
  }
  const counts = runs.map(countsOf)
  const left = new Map<string, number>()
  for (const text of counts[0]!.keys()) left.set(text, Math.min(...counts.map((count) => count.get(text) ?? 0)))
  return runs[0]!.filter((text) => {
    const remaining = left.get(text)!
    left.set(text, remaining - 1)
    return remaining > 0
  })
}

/** Executions of the statement that was executed most. A list that reads each item by itself shows here. */
export const maxRepetitions = (statements: readonly string[]): number => Math.max(0, ...countsOf(statements).values())

function countsOf(statements: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of statements) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
