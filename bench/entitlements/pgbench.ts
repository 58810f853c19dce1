import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { HOT_ACCOUNT } from './seed.js'
import type { Run } from './measure.js'

/** Path on Debian. The embedded PostgreSQL contains only the server. */
const PGBENCH = '/usr/bin/pgbench'

/** The peers' one call on one account by pgbench: 32 clients, prepared, no HTTP at all. */
export async function pgbenchHot(databaseUrl: string, scriptFile: string, seconds: number): Promise<Run> {
  writeFileSync(scriptFile, `select peer.consume('${HOT_ACCOUNT}', 'units', 1, 'pgbench', gen_random_uuid()::text);\n`)
  const options = ['-n', '-M', 'prepared', '-c', '32', '-j', '2', '-T', String(seconds), '-f', scriptFile]
  const { stdout } = await promisify(execFile)(PGBENCH, [...options, databaseUrl])
  const [, perSecond] = /tps = ([\d.]+)/.exec(stdout) ?? []
  if (!perSecond) throw new Error(`pgbench said: ${stdout}`)
  return { perSecond: Number(perSecond), note: '32 clients, prepared' }
}
