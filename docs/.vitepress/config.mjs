// Documentation site. `npm run build:docs` builds it; test/long/documentation-site.test.ts tests it.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformerStyleToClass } from '@shikijs/transformers'
import { anchorOf, kindsOf, modulesOfPages, preparedFolder, preparePages } from './pages.mjs'
import { sectionsOf, weightsOf } from './search-options.mjs'
import { agentFiles } from './agent-files.mjs'
import { SERVED_MODULES } from './served-base.mjs'

const pages = preparePages()
const kinds = kindsOf(pages)
/** Styles of code as classes: the policy of the server forbids style attributes. */
const codeStyles = transformerStyleToClass({ classPrefix: 'c-' })
/** Scripts that the generator writes into each page; the policy of the server allows files only. */
const scripts = new Map()

const weights = weightsOf(kinds)
const served = process.env.STACKGATE_DOCS_SERVED === 'true'
/** Pages that a search does not find: they would hide the pages for readers. */
const UNSEARCHED = /^(?:source|changelog)(?:\/|\.md$)/

const item = ({ text, link }) => ({ text, link: `/${link.replace(/\.md(#|$)/, '$1').replace(/(^|\/)index$/, '$1')}` })
/** A group of the sidebar with the pages of a generated reference, without its overview. */
const generated = (text, link, folder, title) => ({
  text,
  link,
  collapsed: true,
  items: pages
    .filter(({ path }) => path.startsWith(folder) && !path.endsWith('/index.md'))
    .map((page) => item({ text: page.title.replace(title, ''), link: page.path })),
})
const references = [
  generated('GraphQL', '/reference/graphql/', 'reference/graphql/', /^GraphQL reference: /),
  generated('REST', '/rest-api', 'reference/rest/', /^REST: /),
]

/** Part of the index of all pages. A group without a link would be a button that contains another one. */
const partOfIndex = (title) => ({ text: title, link: `/#${anchorOf(title)}` })

/** One part for each kind of page. Groups are closed until a page of them is open. */
const sidebar = kinds.map(({ title, items, groups }) => ({
  ...partOfIndex(title),
  collapsed: false,
  items: [
    ...(title === 'Reference' ? references : []),
    ...items.map(item),
    ...groups.map((group) => ({ ...partOfIndex(group.title), collapsed: true, items: group.items.map(item) })),
  ],
}))

export default {
  title: 'Stackgate',
  description:
    'Plans, entitlements, billing, a template marketplace and commands for agents: documentation of Stackgate.',
  lang: 'en-US',
  srcDir: preparedFolder,
  cacheDir: join(preparedFolder, '../stackgate-docs-vite'),
  cleanUrls: false,
  ignoreDeadLinks: 'localhostLinks',
  metaChunk: true,
  // With it, the switch of colors would write a style element, which the policy of the server forbids.
  appearance: { disableTransition: false },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    html: false,
    // The usual ones have too little contrast for small text.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { graphqls: 'graphql', cron: 'bash' },
    // The headings have the anchors that they have on GitHub, which other pages link to.
    anchor: { slugify: anchorOf },
    codeTransformers: [codeStyles],
    config(md) {
      alignByClass(md)
      keepBraces(md)
    },
  },
  themeConfig: {
    nav: [
      { text: 'Tutorial', link: '/tutorials/gate-a-feature' },
      { text: 'GraphQL', link: '/reference/graphql/' },
      { text: 'REST', link: '/rest-api' },
    ],
    sidebar,
    served,
    modules: served ? SERVED_MODULES : null,
    modulesOfPages,
    outline: [2, 3],
    externalLinkIcon: false,
    search: {
      provider: 'local',
      options: {
        // Results show the beginning of their section.
        detailedView: true,
        _render: (source, env) => (UNSEARCHED.test(env.relativePath) ? '' : source),
        miniSearch: { _splitIntoSections: (_file, source) => sectionsOf(source, anchorOf) },
        weights,
      },
    },
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  transformHtml: (html) => withoutInlineParts(html),
  buildEnd({ outDir, site }) {
    const write = (name, text) => {
      mkdirSync(dirname(join(outDir, name)), { recursive: true })
      writeFileSync(join(outDir, name), text)
    }
    write('code.css', codeStyles.getCSS())
    for (const [name, text] of scripts) write(name, text)
    for (const [name, text] of agentFiles(pages, kinds, site.base, served ? SERVED_MODULES : null)) write(name, text)
  },
}

/** Columns of tables are aligned by classes. */
function alignByClass(md) {
  md.core.ruler.push('align-by-class', ({ tokens }) => {
    for (const token of tokens) {
      const [, side] = /^text-align:(\w+)$/.exec(token.attrGet('style') ?? '') ?? []
      if (!side) continue
      token.attrs = token.attrs.filter(([name]) => name !== 'style')
      token.attrJoin('class', `align-${side}`)
    }
  })
}

/** Pages have no expressions of Vue: two braces in a text or in code are shown as they are. */
function keepBraces({ renderer: { rules } }) {
  for (const name of ['text', 'code_inline']) {
    const render = rules[name]
    rules[name] = (...given) => render(...given).replaceAll('{{', '&#123;&#123;')
  }
}

/** The page without scripts and styles of its own. */
function withoutInlineParts(html) {
  const base = /href="([^"]*)assets\/style\./.exec(html)?.[1] ?? '/'
  return html
    .replaceAll(/<script id="[^"]*">([^]+?)<\/script>/g, (_whole, text) => {
      const name = `assets/boot.${createHash('sha256').update(text).digest('hex').slice(0, 8)}.js`
      scripts.set(name, text)
      return `<script src="${base}${name}"></script>`
    })
    .replaceAll(/(<[^>]*?) style="[^"]*"/g, '$1')
    .replace('</head>', `<link rel="stylesheet" href="${base}code.css"></head>`)
}
