/**
 * Texts that languages write for a value that is missing or no text. A program that joins such a value to `customer:` would give all
 * customers without an ID one account, in which each reads the others.
 */
const MISSING: readonly RegExp[] = [
  // JavaScript, Python, Ruby, SQL and Java.
  /^(?:undefined|null|nan|none|nil|\(null\)|\(nil\)|optional\.empty)$/iu,
  // Go's `<nil>`, and objects of Python and Ruby: `<User object at 0x7f…>`.
  /^#?<[^<>]*>$/u,
  // Objects, promises and symbols of JavaScript.
  /^\[object [A-Za-z ]+\]$/u,
  /^Symbol\(.*\)$/u,
  // Bytes of Python.
  /^b(?:'.*'|".*")$/u,
  // Go's `%!s(…)` of a value that does not fit, and maps.
  /^%!.*\)$/u,
  /^map\[.*\]$/u,
  // Empty objects and lists.
  /^(?:\{\s*\}|\[\s*\])$/u,
]

/** True for a text that stands for a missing value, so that it is no ID of an account. */
export const isMissingId = (externalId: string): boolean => MISSING.some((form) => form.test(externalId.trim()))
