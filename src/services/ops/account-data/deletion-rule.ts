import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { Writer } from '#services/kernel/text/readable.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Rules of the modules about the deletion of accounts. */
    readonly deletion: readonly DeletionRule[]
  }
}

/** Sentences of a mail, written for its reader. */
export type Sentences = (write: Writer) => readonly string[]

/** Rule of a module about the deletion of accounts. Modules name their own contexts, which the context of a request has all. */
export interface DeletionRule {
  /** Denial of the request. Null: the deletion can be scheduled. */
  checkRequest(context: CatalogContext, transaction: Transaction, accountId: string): Promise<Denial | null>
  /** Reason for which a due deletion is postponed, as a sentence. Null if there is none. */
  findObstacle(context: CatalogContext, transaction: Transaction, accountId: string): Promise<string | null>
  /** Sentences about the costs of the deletion, for its mail. */
  describeCosts(context: CatalogContext, accountId: string): Promise<Sentences>
}
