import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { validationRules } from '../edge/graphql/validation-rules.js'
import { allResolvers } from '../modules/all-declarations.js'
import { buildGraphQLSchema } from '../schema/build-schema.js'
import { errorsOfDocument, nameOfDocument } from '../schema/check-document.js'
import { printSortedSchema } from '../schema/print.js'
import { addRelease, schemaChanges } from '../schema/schema-changelog.js'
import { readDocumentManifest } from '../wiring/document-manifest.js'

type Say = (line: string) => void

/** Writes the printed schema below the given root of the project. */
export function writeSchema(say: Say, root: string): void {
  const path = join(root, 'src/schema/schema.graphql')
  writeFileSync(path, printSortedSchema(buildGraphQLSchema(allResolvers)))
  say(path)
}

/** Prints the errors of each stored document that the schema does not fulfill. Returns the number of these documents. */
export function checkDocuments(say: Say, manifests: readonly string[]): number {
  const schema = buildGraphQLSchema(allResolvers)
  const documents = manifests.flatMap(readDocumentManifest)
  let broken = 0
  for (const { id, text } of documents) {
    const errors = errorsOfDocument(schema, text, validationRules(true))
    if (errors.length > 0) broken += 1
    for (const error of errors) say(`${nameOfDocument(text)} (${id}): ${error}`)
  }
  say(`${documents.length - broken} of ${documents.length} documents are valid`)
  return broken
}

/** Prints the changes since an earlier printed schema, or adds them to the page of changes as a release. */
export async function printChangelog(
  say: Say,
  earlier: string,
  { release, page }: { release: string | undefined; page: string },
): Promise<void> {
  const changes = await schemaChanges(
    readFileSync(earlier, 'utf8'),
    printSortedSchema(buildGraphQLSchema(allResolvers)),
  )
  if (release === undefined) {
    say(changes)
    return
  }
  writeFileSync(page, addRelease(readFileSync(page, 'utf8'), release, changes))
  say(page)
}
