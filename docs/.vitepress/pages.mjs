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
const IMAGE = /\.(?:webp|png|svg|jpe?g)$/

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
  if (!file.includes('/')) return file.toLowerCase().replaceAll('_', '-')
  return file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md')
}

/** All pages, and the images that they show. */
export function collectPages() {
  const found = new Map()
  const waiting = readdirSync(join(root, 'docs'), { recursive: true })
    .filter((name) => name.endsWith('.md') && !name.startsWith('.vitepress'))
    .map((name) => join('docs', name))
    .toSorted()
  for (const file of waiting) {
    if (found.has(file)) continue
    found.set(file, IMAGE.test(file) ? null : pageOf(file, (target) => waiting.push(target)))
  }
  const images = [...found.keys()].filter((file) => found.get(file) === null)
  const pages = [...found.values()].filter((page) => page !== null)
  return { pages: [...pages, ...graphqlReference(join(root, 'src/schema/schema.graphql'))], images }
}

function pageOf(file, visit) {
  const path = addressOf(file)
  if (file.endsWith('.md')) {
    const text = readFileSync(join(root, file), 'utf8')
    return { path, source: file, title: titleOf(text), markdown: rewritten(text, file, visit) }
  }
  return { path, source: file, title: file, markdown: sourcePage(file) }
}

const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? 'Stackgate'

/** The text with links as the site has them. */
function rewritten(text, file, visit) {
  const from = dirname(addressOf(file))
  const parts = text.replaceAll(COMMENT, '').split(CODE)
  return parts
    .map((part, index) => (index % 2 ? part.replace(/^```(?:mermaid|text)$/m, '```txt') : part.replaceAll(LINK, link)))
    .join('')

  function link(whole, open, target, close) {
    if (/^(?:[a-z]+:|#)/.test(target)) return whole
    const [path, anchor] = target.split('#')
    const linked = fileOf(join(dirname(file), path))
    visit(linked)
    return `${open}${relative(from, addressOf(linked))}${anchor === undefined ? '' : `#${anchor}`}${close}`
  }
}

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
 * Sections of the index of all pages by purpose (docs/README.md), each with its pages.
 * @returns {{ title: string, items: { text: string, link: string, question: string }[] }[]}
 */
export function sectionsOf(pages) {
  const index = pages.find(({ path }) => path === 'index.md').markdown
  return index
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      items: [...section.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) \| (.+) \|$/gm)].map(([, text, link, question]) => ({
        text,
        link,
        question,
      })),
    }))
}
