import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { allResolvers } from '../resolvers/all-resolvers.js'
import { buildGraphQLSchema } from '../schema/build-schema.js'
import { printSortedSchema } from '../schema/print.js'

// `npm run schema`: writes the printed schema beside its sources. Run from the project's root.
new Command('npm run schema --').description('Writes src/schema/schema.graphql from the GraphQL types.').parse()
const path = join(process.cwd(), 'src/schema/schema.graphql')
writeFileSync(path, printSortedSchema(buildGraphQLSchema(allResolvers)))
process.stdout.write(`${path}\n`)
