/** A problem of an input: its message and the field path as the caller wrote it. */
export interface ValidationIssue {
  readonly field: string
  readonly message: string
}

/** Path of a member. Names that are not plain words are in brackets. */
export const issueAt = (path: string, name: string | number): string =>
  typeof name === 'number'
    ? `${path}[${name}]`
    : /^[\w-]+$/.test(name)
      ? `${path}.${name}`
      : `${path}["${name.slice(0, 80)}"]`

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
