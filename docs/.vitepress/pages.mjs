// Pages of the documentation site: those of docs/, the pages and files of the project that they link to, and the reference of GraphQL.
// Plain JavaScript, because it runs before anything is compiled.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { graphqlReference } from './graphql-reference.mjs'

export const root = resolve(fileURLToPath(import.meta.url), '../../..')
/** Markdown from which the site is built. */
export const preparedFolder = join(root, 'node_modules/.cache/stackgate-docs')

/** Fences, code spans and comments have no links. */
const CODE = /(^(?: {0,3})```[^]*?^ {0,3}```$|`[^`\n]*`)/gm
const COMMENT = /^<!--[^]*?-->\n?/gm
const LINK = /(\]\()([^)\s]+)(\))/g
/** A link to a file outside of the site, which becomes its text. */
const UNLINKED = /\[((?:`[^`\n]*`|[^\]`])*)\]\(outside:\)/g
const isOwn = (target) => !/^(?:[a-z]+:|#)/.test(target)
const IMAGE = /\.(?:webp|png|svg|jpe?g)$/
/** Pages and files for people who change Stackgate. A link to them is a text. */
export const OUTSIDE = /^(?:docs\/decisions\/|(?:src|test|proof|bench|migrations)(?:\/|$))/
/** Neighboring samples of one call in several languages, which are shown as tabs. */
const TABS = /(?:^```(?:ts|python|go|bash)\n[^]*?^```\n\n?){2,}/gm
const TAB_NAMES = { ts: 'TypeScript', python: 'Python', go: 'Go', bash: 'curl' }

/** Languages of files that pages link to. */
const LANGUAGES = { '.cfg': 'txt', '.ini': 'ini', '.mjs': 'js', '.yml': 'yaml', '.py': 'python', '': 'txt' }
/** Larger files are shown without colors: each word would be an element of the page. */
const COLORED_CHARACTERS = 30_000

/**
 * A page of the site.
 * @typedef {{ path: string, title: string, markdown: string, source: string }} SitePage
 *   path: address within the site, with `.md`; source: file of the project
 */

/** Address of a file or a folder of the project within the site, with `.md` for pages. */
export function addressOf(file) {
  if (IMAGE.test(file)) return file.replace(/^docs\//, '')
  if (!file.endsWith('.md')) return `source/${file}.md`
  if (file === 'README.md') return 'introduction.md'
  if (file === 'SECURITY.md') return 'security-policy.md'
  if (!file.includes('/')) return file.toLowerCase().replaceAll('_', '-')
  return file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md')
}

/** All pages, and the images that they show. */
export function collectPages() {
  const found = new Map()
  const waiting = readdirSync(join(root, 'docs'), { recursive: true })
    .filter((name) => name.endsWith('.md') && !name.startsWith('.vitepress'))
    .map((name) => join('docs', name))
    .filter((file) => !OUTSIDE.test(file))
    .toSorted()
  for (const file of waiting) {
    if (found.has(file)) continue
    found.set(file, IMAGE.test(file) ? null : pageOf(file, (target) => waiting.push(target)))
  }
  const images = [...found.keys()].filter((file) => found.get(file) === null)
  const pages = withSplitPage(
    [...found.values()].filter((page) => page !== null),
    REST_PAGE,
    REST_FOLDER,
  )
  return { pages: [...pages.map(withModule), ...graphqlReference(join(root, 'src/schema/schema.graphql'))], images }
}

function pageOf(file, visit) {
  const path = addressOf(file)
  if (file.endsWith('.md')) {
    const text = readFileSync(join(root, file), 'utf8')
    const markdown = rewritten(text, file, visit)
    return { path, source: file, title: titleOf(text), markdown }
  }
  return { path, source: file, title: file, markdown: sourcePage(file) }
}

const MODULES_PAGE = 'docs/modules.md'
/** A row of the table of the pages of modules. */
const MODULE_ROW = /^\| `([\w-]+)` \| (\[.*\)) \|$/gm
/** The reference of REST is one file. The site has a page for each tag. */
const REST_PAGE = 'rest-api.md'
const REST_FOLDER = 'reference/rest'

/** Modules by the addresses of their pages, as the page of the modules lists them. */
export const modulesOfPages = Object.fromEntries(
  [...readFileSync(join(root, MODULES_PAGE), 'utf8').matchAll(MODULE_ROW)].flatMap(([, module, links]) =>
    [...links.matchAll(LINK)].map(([, , target]) => [
      target.replace(/^rest-api\.md#(.+)$/, `${REST_FOLDER}/$1.md`),
      module,
    ]),
  ),
)

/** A page of a module says so below its title. */
function withModule({ path, markdown, ...page }) {
  const module = modulesOfPages[path]
  const target = relative(dirname(path), addressOf(MODULES_PAGE))
  const marked = module
    ? markdown.replace(/^# .+$/m, `$&\n\n> A page of the [module](${target}) \`${module}\`.`)
    : markdown
  return { path, markdown: marked, ...page }
}

const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? 'Stackgate'

/** The text with links as the site has them. */
function rewritten(text, file, visit) {
  const from = dirname(addressOf(file))
  const parts = text.replaceAll(COMMENT, '').split(CODE)
  return parts
    .map((part, index) => (index % 2 ? part.replace(/^```(?:mermaid|text)$/m, '```txt') : part.replaceAll(LINK, link)))
    .join('')
    .replaceAll(UNLINKED, '$1')
    .replaceAll(TABS, tabs)

  function link(whole, open, target, close) {
    if (!isOwn(target)) return whole
    const [path, anchor] = target.split('#')
    if (OUTSIDE.test(join(dirname(file), path))) return `${open}outside:${close}`
    const linked = fileOf(join(dirname(file), path))
    visit(linked)
    return `${open}${relative(from, addressOf(linked))}${anchor === undefined ? '' : `#${anchor}`}${close}`
  }
}

/** Samples as tabs. A sequence of different steps has no second language. */
function tabs(samples) {
  const languages = [...samples.matchAll(/^```(\w+)\n/gm)].map(([, language]) => language)
  if (languages.filter((language) => language !== 'bash').length < 2) return samples
  const named = samples.replaceAll(/^```(\w+)$/gm, (_whole, language) => `\`\`\`${language} [${TAB_NAMES[language]}]`)
  return `::: code-group\n\n${named.trimEnd()}\n\n:::\n\n`
}

/** The pages, of which one is divided: its sections with parts of their own are pages in a folder, and links lead there. */
function withSplitPage(pages, path, folder) {
  const whole = pages.find((page) => page.path === path)
  const [start, ...sections] = whole.markdown.split(/^(?=## )/m)
  const isPage = (section) => /^### /m.test(section)
  const nameOf = (section) => anchorOf(/^## (.+)$/m.exec(section)[1])
  const places = new Map(
    sections.filter(isPage).flatMap((section) => {
      const place = `${folder}/${nameOf(section)}.md`
      return [...section.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => [anchorOf(heading), place])
    }),
  )
  const parts = sections.filter(isPage).map((section) => {
    const title = `REST: ${/^## (.+)$/m.exec(section)[1]}`
    const deeper = section.replace(/^## .+$/m, `# ${title}`).replaceAll(/^### /gm, '## ')
    return {
      path: `${folder}/${nameOf(section)}.md`,
      title,
      source: whole.source,
      markdown: moved(deeper, path, folder),
    }
  })
  const list = parts.map((part) => {
    const count = part.markdown.split(/^## /m).length - 1
    return `- [${part.title}](${part.path}): ${count} ${count === 1 ? 'route' : 'routes'}`
  })
  const index = {
    ...whole,
    markdown: `${[start, ...sections.filter((section) => !isPage(section))].join('').trimEnd()}\n\n## All routes\n\n${list.join('\n')}\n`,
  }
  return [...pages.map((page) => (page === whole ? index : page)), ...parts].map((page) => ({
    ...page,
    markdown: page.markdown.replaceAll(LINK, (link, open, target, close) => {
      const [file, anchor] = target.split('#')
      const from = dirname(page.path)
      const isWhole = isOwn(target) ? join(from, file) === path : target.startsWith('#') && page.path === path
      const place = isWhole && anchor ? places.get(anchor) : undefined
      if (!place) return link
      return `${open}${relative(from, place)}${place.endsWith(`/${anchor}.md`) ? '' : `#${anchor}`}${close}`
    }),
  }))
}

/** A text with links that are right in another folder. */
const moved = (text, path, folder) =>
  text.replaceAll(LINK, (_whole, open, target, close) =>
    target.startsWith('#')
      ? `${open}${relative(folder, path)}${target}${close}`
      : `${open}${isOwn(target) ? relative(folder, target) : target}${close}`,
  )

/** Anchor of a heading, as GitHub has it. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** A folder is its README, if it has one. */
function fileOf(path) {
  const file = path.replace(/\/$/, '')
  if (!existsSync(join(root, file))) throw new Error(`There is no ${file}`)
  return existsSync(join(root, file, 'README.md')) ? join(file, 'README.md') : file
}

/** A page that shows one file, or the files of a folder. */
function sourcePage(path) {
  const files = statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => join(path, name))
        .toSorted()
    : [path]
  const blocks = files.map((file) => {
    const text = readFileSync(join(root, file), 'utf8').trimEnd()
    const language = text.length > COLORED_CHARACTERS ? 'txt' : (LANGUAGES[extname(file)] ?? extname(file).slice(1))
    return `${files.length > 1 ? `## ${file}\n\n` : ''}\`\`\`\`${language}\n${text}\n\`\`\`\``
  })
  return `# ${path}\n\n${blocks.join('\n\n')}\n`
}

/** Writes the pages for the generator. Returns them. */
export function preparePages() {
  rmSync(preparedFolder, { recursive: true, force: true })
  const { pages, images } = collectPages()
  for (const { path, markdown } of pages) write(path, markdown)
  for (const image of images) {
    const target = join(preparedFolder, addressOf(image))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(root, image), target)
  }
  return pages
}

function write(path, text) {
  const target = join(preparedFolder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
}

/**
 * Kinds of pages in the index of all pages (docs/README.md), each with its pages and groups of pages.
 * @returns {{ title: string, items: Item[], groups: { title: string, items: Item[] }[] }[]}
 * @typedef {{ text: string, link: string, question: string }} Item
 */
export function kindsOf(pages) {
  const index = pages.find(({ path }) => path === 'index.md').markdown
  const titleAndItems = (part) => ({
    title: part.slice(0, part.indexOf('\n')),
    items: [...part.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) \| (.+) \|$/gm)].map(([, text, link, question]) => ({
      text,
      link,
      question,
    })),
  })
  return index
    .split(/^## /m)
    .slice(1)
    .map((kind) => {
      const [first, ...groups] = kind.split(/^### /m)
      return { ...titleAndItems(first), groups: groups.map(titleAndItems) }
    })
}
