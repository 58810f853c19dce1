import { Command } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { readRunningServer } from '../startup/data-folder.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { checkInvariants } from '../services/ops/invariants/invariants.js'
import type { Invariant } from '../services/ops/invariants/invariant.js'

const line = ({ ok, name, checked, counterexample }: Invariant): string =>
  `${ok ? 'ok    ' : 'BROKEN'} ${name} (${checked})${ok ? '' : ` ${JSON.stringify(counterexample)}`}\n`

// `npm run invariants`: checks all invariants in the database of the running server or of DATABASE_URL. Exit code 1 if
// one is broken.
const program = new Command('invariants')
  .description('checks all invariants and prints a counterexample for each broken one')
  .option('--json', 'JSON output')
  .action(async ({ json }: { json?: boolean }) => {
    const config = readConfig(process.env)
    const url = config.databaseUrl ?? readRunningServer(config.dataDir)?.databaseUrl
    if (!url)
      throw new AppError('CONFIGURATION', 'there is no database to check: start the server first, or set DATABASE_URL')
    const database = await openDatabase({
      ...createSources(),
      url,
      entities: allEntities,
      migrations: [],
      mayOnlyRead: true,
      poolSize: 1,
    })
    try {
      const catalog = await readSnapshot(database, readCatalogFile(config.catalog))
      const found = await checkInvariants(database, catalog)
      process.stdout.write(json ? `${JSON.stringify(found)}\n` : found.map(line).join(''))
      if (found.some(({ ok }) => !ok)) process.exitCode = 1
    } finally {
      await database.close()
    }
  })

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
