import pg from 'pg'
import { familyProcessorSeconds, postmasterOf, processorSeconds } from './process-table.js'

/** Processor time of a server, and of the PostgreSQL that it uses. */
export interface ProcessorMeter {
  /** Seconds so far. */
  seconds(): number
}

/** Process ID of the PostgreSQL server behind a connection string. */
export async function findPostmaster(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return postmasterOf(rows[0]!.pid)
  } finally {
    await client.end()
  }
}

/** A meter of a server process and, if given, of PostgreSQL. Both sides of a comparison use the same PostgreSQL, in turn. */
export const createProcessorMeter = (serverPid: number, postmasterPid?: number): ProcessorMeter => ({
  seconds: () =>
    processorSeconds(serverPid) + (postmasterPid === undefined ? 0 : familyProcessorSeconds(postmasterPid)),
})
