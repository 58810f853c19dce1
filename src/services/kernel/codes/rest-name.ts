/** Our name in the spelling of REST. Names in capitals that the caller chose (`env_vars.DB_HOST`) stay unchanged. */
export const toRestFieldName = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before}_${letter.toLowerCase()}`)
