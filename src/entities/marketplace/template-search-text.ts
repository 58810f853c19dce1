/** Separators between words of a name or an address. */
const BETWEEN = '.,:;/_@+()[]{}-'

const words = (text: string): string =>
  `to_tsvector('simple', translate(${text}, '${BETWEEN}', '${' '.repeat(BETWEEN.length)}'))`

/**
 * Searchable words of a template, as in the index: the name has the highest weight. Without a language, because names
 * have none.
 */
export const TEMPLATE_SEARCH_TEXT = `setweight(${words(`name || ' ' || slug`)}, 'A') || array_to_tsvector(tags) || ${words(`coalesce(short_description, '')`)}`
