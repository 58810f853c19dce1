/** An index that only SQL can describe, for example of an expression or of some rows. */
export const sqlIndex = (name: string, definition: string) => ({
  name,
  expression: `create index "${name}" ${definition}`,
})
