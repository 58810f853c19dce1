// Writes what the client contains of the schema: the introspection for gql.tada, the names of denials, and the schema itself for code
// generators. `npm run schema` runs it; test/architecture/client.test.ts compares the files with the schema.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { buildSchema, introspectionFromSchema } from 'graphql'

const folder = resolve(fileURLToPath(import.meta.url), '../..')
const header = '// Generated from src/schema/schema.graphql by `npm run schema`. Do not edit.\n'

/** Text of each generated file, by its path in the package. */
export function generatedFiles(printedSchema) {
  const schema = buildSchema(printedSchema)
  const introspection = minifyIntrospection(introspectionFromSchema(schema))
  const names = (type) => schema.getPossibleTypes(schema.getType(type)).map(({ name }) => name)
  return {
    'src/generated/introspection.d.ts': outputIntrospectionFile(introspection, {
      fileType: '.d.ts',
      shouldPreprocess: true,
    }),
    'src/generated/denials.ts': `${header}
/** Names of the types that implement \`Denial\`. */
export const DENIALS = [
${names('Denial')
  .toSorted()
  .map((name) => `  '${name}',\n`)
  .join('')}] as const
`,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const printed = readFileSync(resolve(folder, '../../src/schema/schema.graphql'), 'utf8')
  for (const [path, text] of Object.entries(generatedFiles(printed))) writeFileSync(join(folder, path), text)
}
