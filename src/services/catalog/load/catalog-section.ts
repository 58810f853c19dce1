import type { Transaction } from '#services/kernel/database/database.js'
import type { CatalogDefinition } from '../definition/types.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Sections of the catalog file that modules store. */
    readonly catalogSections: readonly CatalogSection[]
  }
}

/** Stores sections of a catalog file, after plans, packages and products. A repeated call has no effect. */
export type CatalogSection = (transaction: Transaction, definition: CatalogDefinition) => Promise<void>
