import { AppError } from '../errors/app-error.js'

/** Nothing that is searched has longer words; a pattern of thousands of characters would occupy the database for seconds. */
const MAX_SEARCH_LENGTH = 255

/** `%`, `_` and the backslash as themselves. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`)

/**
 * The LIKE pattern of values that contain the text of a search, or null without a text.
 * @param field name of the argument, for the error
 * @throws AppError BAD_USER_INPUT if the text is too long
 */
export function containsPattern(search: string | null | undefined, field: string): string | null {
  const text = search?.trim()
  if (!text) return null
  if (text.length <= MAX_SEARCH_LENGTH) return `%${escapeLike(text)}%`
  throw new AppError('BAD_USER_INPUT', `${field} must be at most ${MAX_SEARCH_LENGTH} characters long.`, {
    details: { field },
  })
}
