import { isPostgresSafe } from '../database/postgres-safe-json.js'
import type { InputIssue } from '../denials/denial.js'
import { isOneLine } from '../text/one-line.js'

/** Why a text cannot be stored as a single line of 1 to `max` characters. Empty if it can. */
export const lineIssues = (path: InputIssue['path'], text: string, max: number): InputIssue[] =>
  text.trim() && text.length <= max && isPostgresSafe(text) && isOneLine(text.trim())
    ? []
    : [
        {
          path,
          code: 'INVALID_PARAMETERS',
          message: `${path.at(-1)} must be a single line of 1 to ${max} characters.`,
        },
      ]
