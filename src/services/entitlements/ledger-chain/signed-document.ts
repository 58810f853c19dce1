import { z } from 'zod'

export const STATEMENT_FORMAT = 'stackgate-statement/1'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** A signed text with the public key of its signature. */
export const signedSchema = z.strictObject({
  content: z.string(),
  key_id: z.string(),
  signature: z.string(),
  public_key: z.string(),
})
export type SignedDocument = z.infer<typeof signedSchema>

/** State of the account's chain below a signed root. */
const rootedState = z.strictObject({
  entry_count: z.int().nonnegative(),
  value: digest,
  root: signedSchema,
  /** Place of the chain among the leaves, and the digests that lead from its leaf to the root. */
  proof: z.strictObject({ index: z.int().nonnegative(), path: z.array(digest) }),
})

const entry = z.strictObject({
  /** All columns that are not null, as text. */
  columns: z.record(z.string(), z.string()),
  /** A sentence about the entry and the limit that it changed. It follows from the columns. */
  reason: z.string(),
  digest,
})

/** A statement: all ledger entries of an account between two signed roots, with what proves them. */
export const statementSchema = z.strictObject({
  format: z.literal(STATEMENT_FORMAT),
  business: z.string(),
  account_id: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Business time of the closing root. */
  proven_until: z.iso.datetime(),
  /** Key of the commitments to references. Null if they were erased. */
  commitment_key: digest.nullable(),
  /** State before the first link. Null if the statement starts at the first entry of the account. */
  opening: rootedState.nullable(),
  links: z.array(
    z.strictObject({
      number: z.int().positive(),
      entries_before: z.int().nonnegative(),
      value: digest,
      entries: z.array(entry).min(1),
    }),
  ),
  closing: rootedState,
})
export type StatementDocument = z.infer<typeof statementSchema>
export type RootedState = z.infer<typeof rootedState>
export type StatementEntry = z.infer<typeof entry>
