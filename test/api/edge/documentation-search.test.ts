import { createRequire } from 'node:module'
import { join } from 'node:path'
import { closedSets } from '#test/support/closed-sets.js'
import { QUESTIONS } from '#test/support/documentation-search.js'

interface Page {
  readonly path: string
  readonly markdown: string
}

interface Index {
  add(section: object): void
  search(query: string): readonly { readonly id: string }[]
}

const BASE = '/docs/'

describe('Search of the documentation', () => {
  it('finds the section that answers a question first, for 38 of 40 questions', async () => {
    const search = await searchOf(BASE)
    const firsts = QUESTIONS.map(([question, ...sections]) => {
      const first = search(question)[0]?.slice(BASE.length) ?? 'nothing'
      // A page without a section is found by its title, or by its beginning.
      const isRight = sections.some((section) =>
        section.includes('#') ? first === section : first.split('#')[0] === section,
      )
      return isRight ? [] : [`${question}: ${first}`]
    })
    const wrong = firsts.flat()
    expect([QUESTIONS.length, wrong, wrong.length <= 2]).toEqual([40, wrong, true])
  })

  it('finds and lists no page of a module that the server does not have', async () => {
    const { modulesOfPages } = (await import(join(folder, 'pages.mjs'))) as { modulesOfPages: Record<string, string> }
    const { absenceOf, presentItems } = (await import(join(folder, 'installed-pages.mjs'))) as {
      absenceOf: (settings: object) => IsAbsent
      presentItems: (items: readonly Item[], isAbsent: IsAbsent) => Item[]
    }
    const pages = Object.keys(modulesOfPages)
    const sidebar = [{ items: pages.map((page) => ({ link: `/${page.replace('.md', '')}` })) }, { link: '/' }]
    const searched = await searchOf(BASE, (page) => installed(page))
    let installed: IsAbsent = () => false
    const founds = () =>
      new Set(
        [...QUESTIONS.map(([question]) => question), 'agent', 'machine payments', 'REST']
          .flatMap((query) => searched(query))
          .map((id) => id.slice(BASE.length).replace(/\.html.*$/, '.md')),
      )
    const all = founds()
    expect(pages.filter((page) => !all.has(page))).toEqual([])
    for (const names of [null, '__stackgate_modules__', ...closedSets().map((set) => set.join())]) {
      installed = absenceOf({ modules: names, modulesOfPages })
      const present = pages.filter(
        (page) => !names?.includes('core') || names.split(',').includes(modulesOfPages[page]!),
      )
      const found = founds()
      expect([names, pages.filter((page) => found.has(page))]).toEqual([names, present])
      const listed = presentItems(sidebar, installed).flatMap(({ link, items }) => items ?? [{ link }])
      expect(listed.map(({ link }) => `${link!.slice(1)}.md`)).toEqual([...present, '.md'])
    }
  })
})

type IsAbsent = (page: string) => boolean
interface Item {
  readonly link?: string
  readonly items?: readonly Item[]
}

const folder = join(process.cwd(), 'docs/.vitepress')

/** Searches an index of the pages, with the sections and the options of the site. Returns addresses. */
async function searchOf(base: string, isAbsent?: IsAbsent): Promise<(query: string) => string[]> {
  const { collectPages, kindsOf, anchorOf } = (await import(join(folder, 'pages.mjs'))) as {
    collectPages: () => { pages: readonly Page[] }
    kindsOf: (pages: readonly Page[]) => unknown
    anchorOf: (heading: string) => string
  }
  const { searchOptions, sectionsOf, weightsOf } = (await import(join(folder, 'search-options.mjs'))) as {
    searchOptions: (weights: unknown, base: string, isAbsent?: IsAbsent) => object
    sectionsOf: (markdown: string, anchorOf: unknown) => { anchor: string; titles: string[]; text: string }[]
    weightsOf: (kinds: unknown) => unknown
  }
  const { default: MiniSearch } = (await import(
    createRequire(join(process.cwd(), 'node_modules/vitepress/package.json')).resolve('minisearch')
  )) as { default: new (options: object) => Index }
  const { pages } = collectPages()
  const index = new MiniSearch({
    fields: ['title', 'titles', 'text'],
    searchOptions: searchOptions(weightsOf(kindsOf(pages)), base, isAbsent),
  })
  for (const { path, markdown } of pages.filter(({ path: own }) => !/^(?:source|changelog)(?:\/|\.md$)/.test(own)))
    for (const { anchor, titles, text } of sectionsOf(markdown, anchorOf)) {
      const id = `${base}${path.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}#${anchor}`
      index.add({ id, text, title: titles.at(-1), titles: titles.slice(0, -1) })
    }
  return (query) => index.search(query).map(({ id }) => id)
}
