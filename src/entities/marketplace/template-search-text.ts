/** Separators between words of a name or an address. */
const BETWEEN = '.,:;/_@+()[]{}-'

const words = (text: string): string =>
  `to_tsvector('simple', translate(${text}, '${BETWEEN}', '${' '.repeat(BETWEEN.length)}'))`

/** The words of a template that a search looks at, as the index has them: the name weighs most. No language: names have none. */
export const TEMPLATE_SEARCH_TEXT = `setweight(${words(`name || ' ' || slug`)}, 'A') || array_to_tsvector(tags) || ${words(`coalesce(short_description, '')`)}`
