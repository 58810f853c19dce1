import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'

/** A stored document of a client. */
export interface StoredDocument {
  /** Its key in the manifest. */
  readonly id: string
  readonly text: string
}

const text = z.string().min(1)
/** Manifest of Apollo's tools. */
const operationManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: text, body: text })),
})
/** `persisted-documents.json` of the GraphQL Code Generator, and the file of Relay's compiler. */
const documentsById = z.record(text, text)

/** Reads the documents of a manifest. Throws if the file is not one. */
export function readDocumentManifest(path: string): StoredDocument[] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new AppError('CONFIGURATION', `${path} cannot be read: ${(error as Error).message}`)
  }
  const operations = operationManifest.safeParse(json)
  if (operations.success) return operations.data.operations.map(({ id, body }) => ({ id, text: body }))
  const documents = documentsById.safeParse(json)
  if (documents.success) return Object.entries(documents.data).map(([id, document]) => ({ id, text: document }))
  throw new AppError(
    'CONFIGURATION',
    `${path} is not a manifest of documents: expected {"<id>": "<document>"} or an Apollo operation manifest`,
  )
}

/** Documents by every ID under which a client may request them: the key of the manifest, and `sha256:` with the hash. */
export function documentsOf(paths: readonly string[]): Map<string, string> {
  const byId = new Map<string, string>()
  for (const { id, text: document } of paths.flatMap(readDocumentManifest)) {
    byId.set(id, document)
    // Tools normalize a document before they hash it, so that the key can differ from the hash of the text.
    if (/^[0-9a-f]{64}$/.test(id)) byId.set(`sha256:${id}`, document)
    byId.set(`sha256:${createHash('sha256').update(document).digest('hex')}`, document)
  }
  return byId
}
