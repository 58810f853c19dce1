import { ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

/** A statement of the ledger of an account. */
@objectType(
  'Ledger entries of an account between two signed roots, with the proof that they are complete and unchanged.',
)
export class Statement {
  readonly __typename!: 'Statement'

  /** ID of the account that `account` loads. */
  accountId!: string

  @field('Start of the range, inclusive (business clock).', () => DateTime)
  from!: Date

  @field('End of the range, exclusive (business clock).', () => DateTime)
  to!: Date

  @field('Time of the closing root (business clock). Later entries are not in the statement.', () => DateTime)
  provenUntil!: Date

  @field('Number of entries between the two roots.', () => SafeInt)
  entryCount!: number

  @field('ID of the key that signed the closing root. `installation.signingKeys` publishes its public part.', () => ID)
  keyId!: string

  @field(
    'The whole statement: entries, reasons, digests, links of the chain and inclusion proofs. Saved as `statement.json`, it is verified by `stackgate verify statement.json`.',
    () => JSONValue,
  )
  document!: unknown
}
