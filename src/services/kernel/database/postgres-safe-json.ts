/** In JSON text: escapes that the database rejects, or a backslash before the same letters. */
const SUSPECT = /\\u(0000|d[89a-f])/i

/** The database's text holds no NUL, and its JSON no half of a surrogate pair. */
function sound(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}

/**
 * Returns a JSON value with every character that the database cannot store replaced by U+FFFD. Returns the same object
 * if nothing was replaced.
 */
export function toPostgresSafe<Value>(value: Value): Value {
  if (!SUSPECT.test(JSON.stringify(value) ?? '')) return value
  return JSON.parse(safeJson(value)) as Value
}

/** The JSON text of an object as the database can hold it, made once where nothing must be replaced. */
export function postgresSafeJson(value: object): string {
  const text = JSON.stringify(value)
  return SUSPECT.test(text) ? safeJson(value) : text
}

/** As `toPostgresSafe`, for a text by itself. */
export const postgresSafeText = sound

const safeJson = (value: unknown): string => JSON.stringify(value, (_name, member: unknown) => safeMember(member))

/** True if the database can store a JSON value without changing it. */
export function isPostgresSafe(value: unknown): boolean {
  const text = JSON.stringify(value) ?? ''
  return !SUSPECT.test(text) || JSON.stringify(toPostgresSafe(value)) === text
}

function safeMember(member: unknown): unknown {
  if (typeof member === 'string') return sound(member)
  if (member === null || typeof member !== 'object' || Array.isArray(member)) return member
  return Object.fromEntries(Object.entries(member).map(([name, inner]) => [sound(name), inner]))
}
