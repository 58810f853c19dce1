import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const pages = [...globSync('{docs,bench,packages,sandbox,examples,dashboard,src,.github}/**/*.md'), ...globSync('*.md')]
  .filter((path) => !path.includes('node_modules/'))
  .toSorted()
const texts = new Map(pages.map((path) => [path, readFileSync(path, 'utf8')]))

describe('pages', () => {
  it('link only to files and headings that exist', () => {
    const broken = pages.flatMap((page) =>
      linksIn(texts.get(page)!).flatMap((target) => (isBroken(page, target) ? [`${page}: ${target}`] : [])),
    )
    expect(broken).toEqual([])
  })

  it('are tutorials, guides, reference or explanation', () => {
    const kinds = [...texts.get('docs/README.md')!.matchAll(/^## (.+)$/gm)].map(([, kind]) => kind)
    expect(kinds).toEqual(['Tutorials', 'How-to guides', 'Reference', 'Explanation'])
  })

  it('say below their title to which module they belong, as docs/modules.md lists them', async () => {
    const { collectPages } = (await import(join(process.cwd(), 'docs/.vitepress/pages.mjs'))) as {
      collectPages: () => { pages: { path: string; markdown: string }[] }
    }
    const listed = [...texts.get('docs/modules.md')!.matchAll(/^\| `([\w-]+)` \| (\[.*) \|$/gm)].flatMap(
      ([, module, links]) =>
        linksIn(links!).map(
          (target) => [target.replace(/^rest-api\.md#(.*)/, 'reference/rest/$1.md'), module!] as const,
        ),
    )
    const said = collectPages().pages.flatMap(({ path, markdown }) =>
      [...markdown.matchAll(/^# .+\n\n> A page of the \[module\]\(.*\) `([\w-]+)`\.$/gm)].map(
        ([, module]) => [path, module!] as const,
      ),
    )
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(listed))
    expect(new Set(listed.map(([, module]) => module)).size).toBeGreaterThan(3)
  })

  it('are listed in docs/README.md, decisions and alerts in their own index', () => {
    const index = linkedFrom('docs/README.md')
    expect(globSync('docs/*.md').filter((path) => path !== 'docs/README.md' && !index.includes(path))).toEqual([])
    const alerts = linkedFrom('docs/alerts/README.md')
    expect(
      globSync('docs/alerts/*.md').filter((path) => !path.endsWith('README.md') && !alerts.includes(path)),
    ).toEqual([])
  })

  it.each(['CONTRIBUTING.md', 'docs/architecture.md', 'docs/extending.md'])(
    '%s names only files that exist',
    (page) => {
      const paths = [
        ...texts.get(page)!.matchAll(/`((?:src|test|docs|migrations|catalogs|packages|sandbox)\/[^`\s]*)`/g),
      ]
      const missing = paths.map(([, path]) => path!).filter((path) => !/[<*…]/.test(path) && !existsSync(path))
      expect(missing).toEqual([])
    },
  )
})

/**
 * Words that people write and read: without generated parts and code, which tests run. Decisions and the changelog have their own limits, and
 * tables of facts about other software are compared with it by tests.
 */
const MAX_WORDS = 60_000
const MAX_WORDS_OF_PAGE = 3_000

describe('the documentation', () => {
  const lengths = [...texts]
    .filter(([path]) => /^docs\/(?!decisions\/|changelog\/|facts\/)/.test(path))
    .map(([path, text]) => [path, wordsOf(text)] as const)

  it('has at most 60,000 words, and 3,000 on a page', () => {
    const total = lengths.reduce((sum, [, words]) => sum + words, 0)
    expect([total, total <= MAX_WORDS]).toEqual([total, true])
    expect(total).toBeGreaterThan(MAX_WORDS / 2)
    expect(lengths.filter(([, words]) => words > MAX_WORDS_OF_PAGE)).toEqual([])
  })

  it('has one name for the variable of a secret key: that of the SDK', () => {
    const named = pages
      .filter((path) => /^(?:docs|packages|examples|README)/.test(path))
      .flatMap((path) => [...texts.get(path)!.matchAll(/\bSTACKGATE_\w*KEY\b/g)].map(([name]) => name))
    expect([...new Set(named)]).toEqual(['STACKGATE_SECRET_KEY'])
  })

  it('counts words with a letter, outside of generated parts and code', () => {
    expect(wordsOf('| a | - |\n<!-- x -->\nb c\n<!-- /x -->\n```sh\nd\n```\n- 2 `e`')).toBe(2)
  })
})

describe('READMEs of folders', () => {
  const readmes = globSync('src/**/README.md').toSorted()

  it.each(readmes)('%s names only files of its folder, and has a diagram if it explains a mechanism', (path) => {
    const text = texts.get(path)!
    const files = [...text.matchAll(/`([\w-]+(?:\/[\w-]+)*(?:\.ts|\/))`/g)].map(([, file]) => file!)
    const folders = [dirname(path), dirname(dirname(path))]
    expect(files.filter((file) => !folders.some((folder) => existsSync(join(folder, file))))).toEqual([])
    // The README of a layer or domain has rules only.
    if (!/^src\/(\w+|services\/\w+)\/README\.md$/.test(path)) expect(text).toContain('```mermaid')
  })
})

/** Targets of relative links, outside of code. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
}

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path ? normalize(join(dirname(page), path)).replace(/\/$/, '') : page
  if (!existsSync(file)) return true
  return anchor !== undefined && file.endsWith('.md') && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)
}

function wordsOf(text: string): number {
  const written = text
    .replaceAll(/<!-- ([\w-]+) -->[^]*?<!-- \/\1 -->/g, '')
    .replaceAll(/^( *)(`{3,})[^]*?^\1\2$/gm, '')
  return written.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length
}

/** Anchors of headings on GitHub. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!)
  return new Set(
    headings.map((heading) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function linkedFrom(page: string): string[] {
  return linksIn(texts.get(page)!).map((target) => normalize(join(dirname(page), target.split('#')[0]!)))
}
