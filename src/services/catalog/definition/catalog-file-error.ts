/** One thing wrong with a catalog file, and where. Lines and columns count from 1. */
export interface CatalogIssue {
  readonly file: string
  readonly line: number
  readonly column: number
  /** As `plans.pro.rank`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
}

/** A catalog file that cannot be loaded: every problem found, in the order of the file. */
export class CatalogFileError extends Error {
  override readonly name = 'CatalogFileError'
  readonly problems: readonly CatalogIssue[]

  constructor(problems: readonly CatalogIssue[]) {
    super(problems.map(printIssue).join('\n'))
    this.problems = problems
  }
}

/** As `try-direct.yaml:7:11 plans.pro.rank: expected a whole number`. */
export function printIssue({ file, line, column, path, message }: CatalogIssue): string {
  const where = `${file}:${line}:${column}`
  return path === '' ? `${where} ${message}` : `${where} ${path}: ${message}`
}
