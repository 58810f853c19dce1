import { hash } from 'node:crypto'
import { z } from 'zod'
import type { CanonicalValue } from '#services/kernel/text/canonical-json.js'

/** Chains of a block. A power of two, so that each block is a subtree. */
export const BLOCK_CHAINS = 1_024

export const ROOT_FORMAT = 'stackgate-ledger-root/1'

interface Root {
  readonly number: number
  readonly business: string
  /** Business time. */
  readonly at: Date
  readonly chainCount: number
  readonly root: Buffer
  /** Digest of the content of the root before. Null for the first. */
  readonly previous: string | null
  readonly keyId: string
}

/** The content of a root. Its canonical JSON is signed. */
export const rootContent = ({ number, business, at, chainCount, root, previous, keyId }: Root) =>
  ({
    format: ROOT_FORMAT,
    number,
    business,
    at: at.toISOString(),
    chain_count: chainCount,
    root: root.toString('hex'),
    previous,
    key_id: keyId,
  }) satisfies CanonicalValue

/** Digest by which the next root refers to a root. */
export const contentDigest = (content: string): string => hash('sha256', content, 'hex')

const digestText = z.string().regex(/^[0-9a-f]{64}$/)

/** The content of a signed root. */
export const rootSchema = z.strictObject({
  format: z.literal(ROOT_FORMAT),
  number: z.int().positive(),
  business: z.string(),
  at: z.iso.datetime(),
  chain_count: z.int().positive(),
  root: digestText,
  previous: digestText.nullable(),
  key_id: z.string(),
})
export type RootContent = z.infer<typeof rootSchema>

/** Reads the content of a root. Null if it is none. */
export function parseRoot(content: string): RootContent | null {
  try {
    return rootSchema.safeParse(JSON.parse(content)).data ?? null
  } catch {
    return null
  }
}
