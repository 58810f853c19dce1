import type { z } from 'zod'
import type { DenialCode } from '../codes/codes.js'
import type { InputIssue } from '../denials/denial.js'

/**
 * Every problem that a schema finds in an input, in the order of its fields. `codes` names the codes of fields whose problems are not
 * `INVALID_PARAMETERS`.
 */
export function inputIssues(
  schema: z.ZodType,
  input: unknown,
  codes: Readonly<Record<string, DenialCode>> = {},
): InputIssue[] {
  const { error } = schema.safeParse(input)
  return (error?.issues ?? []).map(({ path, message }) => ({
    path: path.map((part) => (typeof part === 'number' ? part : String(part))),
    code: codes[String(path[0])] ?? 'INVALID_PARAMETERS',
    message,
  }))
}
