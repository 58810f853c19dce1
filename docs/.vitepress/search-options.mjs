// The ranking of the results of a search. The theme uses it in the browser; test/long/documentation-site.test.ts queries the built index with it.

/** Words that say nothing about a page. */
const IGNORED = new Set(['a', 'an', 'the', 'to', 'of', 'in', 'for', 'my', 'how', 'do', 'i', 'is', 'with', 'and'])

/** Guides come before explanations, and these before the reference. */
const WEIGHTS = { Tutorials: 1.2, 'How-to guides': 1, Explanation: 0.6, Reference: 0.3 }
const LEAST_WEIGHT = 0.2

/** Weights of all pages in the index of the documentation. Others have the least weight. */
export const weightsOf = (kinds) =>
  Object.fromEntries(
    kinds
      .toReversed()
      .flatMap(({ title, items, groups }) =>
        [...items, ...groups.flatMap((group) => group.items)].map(({ link }) => [
          link.split('#')[0],
          WEIGHTS[title] ?? LEAST_WEIGHT,
        ]),
      ),
  )

/** Options of MiniSearch for an index of the site with this base. */
export const searchOptions = (weights, base) => ({
  boost: { title: 5, titles: 2, text: 1 },
  fuzzy: (term) => (term.length > 5 ? 0.15 : false),
  prefix: (term) => term.length > 2,
  processTerm: (term) => (IGNORED.has(term.toLowerCase()) ? null : term.toLowerCase()),
  boostDocument: (id) => weights[pageOf(id, base)] ?? LEAST_WEIGHT,
})

/** Page of a section, from its address in the index. */
const pageOf = (id, base) =>
  id
    .slice(base.length)
    .replace(/#.*$/, '')
    .replace(/(^|\/)$/, '$1index.html')
    .replace(/(?:\.html)?$/, '.md')
