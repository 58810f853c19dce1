/** What is wrong with an input, and where: the path of the field as the caller wrote it. */
export interface ValidationIssue {
  readonly field: string
  readonly message: string
}

/** The path of a member; names that are no plain words stand in brackets. */
export const issueAt = (path: string, name: string | number): string =>
  typeof name === 'number'
    ? `${path}[${name}]`
    : /^[\w-]+$/.test(name)
      ? `${path}.${name}`
      : `${path}["${name.slice(0, 80)}"]`

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
