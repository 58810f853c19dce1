export const inDatabase: (url: string, name: string) => string
/** Runs statements in a database, each as its own transaction. */
export function runOn(url: string, statements: readonly string[]): Promise<void>
