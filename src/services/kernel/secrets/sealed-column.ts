import type { Tables } from '#entities/tables.js'

declare module '../context/declared.js' {
  interface Declared {
    /** Columns that hold sealed secrets. */
    readonly sealed: readonly SealedColumn[]
  }
}

/** A column that holds sealed secrets, and what each seal is bound to. A test finds columns that no module declares. */
export interface SealedColumn {
  readonly table: keyof Tables
  readonly column: string
  /** The row's key, by which it is found again. */
  readonly key: string
  /** The purpose that the secret was sealed for. */
  purpose(key: string): string
}

/** Secrets of the kernel. */
export const kernelSealed: readonly SealedColumn[] = [
  { table: 'webhook_endpoint', column: 'secret', key: 'id', purpose: (id) => `webhook_endpoint:${id}` },
  { table: 'webhook_endpoint', column: 'previous_secret', key: 'id', purpose: (id) => `webhook_endpoint:${id}` },
  { table: 'stored_secret', column: 'sealed', key: 'path', purpose: (path) => `stored_secret:${path}` },
]
