import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
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

/** The build of the dashboard writes the documents that its pages send. */
const PAGE_DOCUMENTS = 'documents.json'

/**
 * Documents of manifests, and those of the served dashboard. A build can replace the pages while the server runs, so that their manifest is
 * read again if it is newer when a document is not found.
 */
export class KnownDocuments {
  private readonly given: ReadonlyMap<string, string>
  private ofPages: ReadonlyMap<string, string> = new Map()
  private readAt = 0

  constructor(
    manifests: readonly string[],
    private readonly dashboardFolder: string | null,
  ) {
    this.given = documentsOf(manifests)
  }

  readonly find = (id: string): string | undefined => {
    const known = this.given.get(id) ?? this.ofPages.get(id)
    if (known !== undefined || !this.readPages()) return known
    return this.ofPages.get(id)
  }

  /** Returns true if pages are served and their documents are not known. */
  lacksPages(): boolean {
    if (this.dashboardFolder === null || !modifiedAt(join(this.dashboardFolder, 'index.html'))) return false
    this.readPages()
    return this.ofPages.size === 0
  }

  /** Returns true if the documents were read. */
  private readPages(): boolean {
    if (this.dashboardFolder === null) return false
    const path = join(this.dashboardFolder, PAGE_DOCUMENTS)
    const at = modifiedAt(path)
    if (at === this.readAt) return false
    this.readAt = at
    this.ofPages = readable(path)
    return true
  }
}

/** Time of the last change of a file; 0 if it does not exist. */
const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** The documents of a manifest; none if the file is missing or a build is writing it. */
function readable(path: string): ReadonlyMap<string, string> {
  try {
    return documentsOf([path])
  } catch (error) {
    if (error instanceof AppError) return new Map()
    throw error
  }
}
