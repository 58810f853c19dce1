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

const LOOK_MS = 5_000
const LIMIT_MS = 240_000
/** Share of a core below which a server has no work left. */
const QUIET = 0.03

/** Waits until a server has done what it does in the background after its data was written. */
export async function untilQuiet(meter: ProcessorMeter): Promise<void> {
  for (let waited = 0, quiet = 0; quiet < 2 && waited < LIMIT_MS; waited += LOOK_MS) {
    const before = meter.seconds()
    await new Promise((wake) => setTimeout(wake, LOOK_MS))
    quiet = (meter.seconds() - before) * 1_000 < QUIET * LOOK_MS ? quiet + 1 : 0
  }
}

/** A meter of a server process and, if given, of PostgreSQL. Both sides of a comparison use the same PostgreSQL, in turn. */
export const createProcessorMeter = (serverPid: number, postmasterPid?: number): ProcessorMeter => ({
  seconds: () =>
    processorSeconds(serverPid) + (postmasterPid === undefined ? 0 : familyProcessorSeconds(postmasterPid)),
})
