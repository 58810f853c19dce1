import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { StackgateServer } from '../harness/stackgate-server.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder, projectFolder } from '../harness/project.js'
import { entitlementCatalog } from './catalog.js'

/** The server on a separate empty database, a database connection, and a service key. */
export interface EntitlementBenchServer {
  readonly folder: string
  readonly server: StackgateServer
  readonly client: pg.Client
  readonly token: string
}

/** Options of a benchmark's server. Defaults to those of the entitlements benchmarks. */
export interface BenchServerOptions {
  readonly catalog?: string
  readonly scopes?: string[]
  /** Folder of another version. Default: this project. */
  readonly folder?: string
}

export async function startBenchServer(
  name: string,
  options: BenchServerOptions = {},
): Promise<EntitlementBenchServer> {
  const folder = join(benchFolder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const catalog = join(folder, 'catalog.yaml')
  writeFileSync(catalog, options.catalog ?? entitlementCatalog())
  const server = await startStackgate(join(folder, 'data'), { CATALOG: catalog }, options.folder)
  const client = new pg.Client({ connectionString: server.databaseUrl() })
  await client.connect()
  const scopes = options.scopes ?? ['entitlements:read', 'entitlements:write']
  const token = serviceKeyOf(options.folder ?? projectFolder, join(folder, 'data'), scopes)
  return { folder, server, client, token }
}

/** Creates a service key by the command of a version. */
export function serviceKeyOf(folder: string, dataDir: string, scopes: readonly string[]): string {
  // An earlier commit creates service keys by another command.
  const command = existsSync(join(folder, 'src/cli/commands/key.ts'))
    ? ['stackgate', '--', 'key', 'create', ...scopes]
    : ['token', '--', ...scopes.flatMap((scope) => ['--service', scope])]
  const printed = execFileSync('npm', ['run', '-s', ...command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DATA_DIR: dataDir },
  })
  return printed.trim().split('\n').at(-1)!
}
