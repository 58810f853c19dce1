/** A name of ours as REST spells it; what a caller has named in capitals (`env_vars.DB_HOST`) stays as it is. */
export const toRestFieldName = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before}_${letter.toLowerCase()}`)
