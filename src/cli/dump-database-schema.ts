import { join } from 'node:path'
import { Command } from 'commander'

// `npm run db:schema`: writes the schema that all migrations create in an empty database. Run it from the project's root.
new Command('npm run db:schema --')
  .description('Writes migrations/schema.sql, the schema that all migrations create in an empty database.')
  .parse()
// Loaded only when needed: the help and wrong options are printed without the server's modules.
const { writeDatabaseSchema } = await import('../startup/write-database-schema.js')
const path = join(process.cwd(), 'migrations/schema.sql')
await writeDatabaseSchema(path)
process.stdout.write(`${path}\n`)
