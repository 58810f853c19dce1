import { toFieldPath } from '#services/kernel/validation/validation-issue.js'

/** Extensions of a public error. An error about a field of the input also has `issues`, in the form of `Refused.issues`. */
export function toExtensions(
  code: string,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { field, issues } = fields
  if (typeof field !== 'string' || issues !== undefined) return { ...fields, code }
  return { ...fields, code, issues: [{ path: toFieldPath(field), code, message }] }
}
