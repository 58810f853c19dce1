import type pg from 'pg'

declare const loadBuilt: (specifier: 'pg') => Promise<{ default: typeof pg }>

const RUNS = 3

/**
 * Returns the statements that the server of this process sends to PostgreSQL during an action. Jobs in the background can add some, so the
 * action is run several times, and the run with the fewest statements counts.
 */
export async function statementsOf(action: () => Promise<unknown>): Promise<string[]> {
  let fewest: string[] | undefined
  for (let run = 0; run < RUNS; run++) {
    const statements = await recordStatements(action)
    if (!fewest || statements.length < fewest.length) fewest = statements
  }
  return fewest ?? []
}

async function recordStatements(action: () => Promise<unknown>): Promise<string[]> {
  const { Client } = (await loadBuilt('pg')).default
  const { prototype } = Client as unknown as { prototype: { query: (...args: unknown[]) => unknown } }
  const { query } = prototype
  const statements: string[] = []
  prototype.query = function (...args: unknown[]) {
    const [statement] = args
    statements.push(typeof statement === 'string' ? statement : (statement as { text: string }).text)
    return query.apply(this, args)
  }
  try {
    await action()
  } finally {
    prototype.query = query
  }
  return statements
}
