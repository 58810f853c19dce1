import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { StackgateServer } from '../harness/stackgate-server.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { entitlementCatalog } from './catalog.js'

/** The server on a separate empty database, a database connection, and a service key. */
export interface EntitlementBenchServer {
  readonly folder: string
  readonly server: StackgateServer
  readonly client: pg.Client
  readonly token: string
}

type CreateServiceKey = (
  sql: unknown,
  mode: 'sandbox',
  request: { name: string; scopes: string[]; accountId: null },
) => Promise<string>

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
  const { createServiceKey } = await builtModule<{ createServiceKey: CreateServiceKey }>(
    'services/identity/tokens/service-keys.js',
  )
  const { createSql } = await builtModule<{ createSql: (client: pg.Client, newId: unknown) => unknown }>(
    'services/kernel/database/sql.js',
  )
  const { createSources } = await builtModule<{ createSources: () => { newId: unknown } }>(
    'services/kernel/context/sources.js',
  )
  const scopes = options.scopes ?? ['entitlements:read', 'entitlements:write']
  const token = await createServiceKey(createSql(client, createSources().newId), 'sandbox', {
    name: 'bench',
    scopes,
    accountId: null,
  })
  return { folder, server, client, token }
}
