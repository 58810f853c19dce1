// Writes the files of GraphiQL into a folder: `node packages/graphiql-files.mjs FOLDER`. Packed servers and the image serve them from
// dist/graphiql, without the package that contains them: it depends on another GraphQL server.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MEMBERS = ['js', 'css', 'editorWorkerService', 'jsonWorker', 'graphqlWorker']

/** Writes one file for each part of the bundle. */
export async function writeGraphiql(folder) {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql')
  mkdirSync(folder, { recursive: true })
  for (const member of MEMBERS) writeFileSync(join(folder, member), bundle[member])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeGraphiql(process.argv[2])
