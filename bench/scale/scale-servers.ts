import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { entitlementCatalog } from '../entitlements/catalog.js'
import { builtModule, benchFolder } from '../harness/project.js'
import type { StackgateServer } from '../harness/stackgate-server.js'
import { startMultiProcessServer } from '../webhooks/multi-process-server.js'

/** Several API processes on one PostgreSQL, and a service key for all of them. */
export interface ScaleServers {
  readonly processes: readonly StackgateServer[]
  readonly databaseUrl: string
  readonly client: pg.Client
  readonly token: string
  /** Stops everything. Returns what still runs, which must be nothing. */
  close(): Promise<unknown[]>
}

type CreateServiceKey = (
  sql: unknown,
  mode: 'sandbox',
  request: { name: string; scopes: string[]; accountId: null },
) => Promise<string>

/** Starts the processes one after the other, because the first one migrates. */
export async function startScaleServers(
  name: string,
  count: number,
  options: { scopes: string[]; settings?: Readonly<Record<string, string>> },
): Promise<ScaleServers> {
  mkdirSync(benchFolder, { recursive: true })
  const catalog = join(benchFolder, `${name}-catalog.yaml`)
  writeFileSync(catalog, entitlementCatalog())
  const harness = await startMultiProcessServer(name, {
    CATALOG: catalog,
    DATABASE_CONNECTIONS: '10',
    LOG_LEVEL: 'warn',
    ...options.settings,
  })
  const processes: StackgateServer[] = []
  for (let number = 1; number <= count; number++) processes.push(await harness.startRole('api', `api-${number}`))
  const client = new pg.Client({ connectionString: harness.databaseUrl })
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
  const token = await createServiceKey(createSql(client, createSources().newId), 'sandbox', {
    name: 'bench',
    scopes: options.scopes,
    accountId: null,
  })
  return {
    processes,
    databaseUrl: harness.databaseUrl,
    client,
    token,
    close: async () => {
      await client.end()
      const left = (await Promise.all(processes.map((server) => server.stop()))).flat()
      await harness.close()
      return left
    },
  }
}
