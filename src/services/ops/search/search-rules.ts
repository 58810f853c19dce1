declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Selections of the modules that find objects by a text. */
    readonly search: SearchRules
  }
}

/** Selections of IDs, by the type of their objects in the order of the modules, which is that of the results. Each reads one index. */
export type SearchRules = Readonly<Record<string, readonly string[]>>
