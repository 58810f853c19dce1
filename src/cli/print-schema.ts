import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'

// `npm run schema`: writes the printed schema beside its sources. Run from the project's root.
new Command('npm run schema --').description('Writes src/schema/schema.graphql from the GraphQL types.').parse()
// Loaded only when needed: the help and wrong options are printed without the server's modules.
const [{ allResolvers }, { buildGraphQLSchema }, { printSortedSchema }] = await Promise.all([
  import('../resolvers/all-resolvers.js'),
  import('../schema/build-schema.js'),
  import('../schema/print.js'),
])
const path = join(process.cwd(), 'src/schema/schema.graphql')
writeFileSync(path, printSortedSchema(buildGraphQLSchema(allResolvers)))
process.stdout.write(`${path}\n`)
