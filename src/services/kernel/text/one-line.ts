/** Control characters and everything that ends a line: in a header, a log or a file they would begin another one. */
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu

/** Returns true if a name is a single line without control characters. */
export const isOneLine = (text: string): boolean => text.search(BREAKS) < 0

/** A text from outside as a single line. */
export const oneLine = (text: string): string => text.replace(BREAKS, ' ')
