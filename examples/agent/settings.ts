import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Settings of the agent, from the environment or from the file that `register` wrote. */
export interface Settings {
  readonly server: string
  readonly agentId: string
  readonly token: string
  readonly hash: string
  /** Folder of the journal and of the name of this instance. */
  readonly folder: string
  readonly pollSeconds: number
  readonly backoffSeconds: number
  /**
   * Stays the same over restarts, because the server treats a new poll of the same instance as a sign that it holds no
   * command.
   */
  readonly instance: string
}

const folder = process.env['AGENT_DIR'] ?? '.agent'
const file = join(folder, 'agent.env')

/** Stores the result of a registration as KEY=value lines in a file that only the owner can read. */
export function saveEnvironment(environment: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${environment}\n`, { mode: 0o600 })
}

/** Reads the settings; also again after a 401, since a rotated token arrives in the same file. */
export function readSettings(): Settings {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const kept = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]))
  const setting = (name: string): string => {
    const value = process.env[name] ?? kept[name]
    if (!value) throw new Error(`${name} is missing: set it, or register first`)
    return value
  }
  return {
    server: setting('DASHBOARD_URL').replace(/\/+$/, ''),
    agentId: setting('AGENT_ID'),
    token: setting('AGENT_TOKEN'),
    hash: setting('DEPLOYMENT_HASH'),
    folder,
    pollSeconds: Number(process.env['POLLING_TIMEOUT_SECS'] ?? 30),
    backoffSeconds: Number(process.env['POLLING_BACKOFF_SECS'] ?? 5),
    instance: instanceName(),
  }
}

function instanceName(): string {
  const path = join(folder, 'instance')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(path)) writeFileSync(path, randomUUID())
  return readFileSync(path, 'utf8').trim()
}
