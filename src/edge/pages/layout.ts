import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { PAGE_COLORS } from '#services/kernel/text/page-colors.js'

const { light, dark } = PAGE_COLORS

interface AccentColors {
  /** Links. */
  readonly text: string
  /** Background of a button with white text. */
  readonly filled: string
}

/** Font and accent of pages. */
export interface PageLook {
  /** Path of the font. Null: this server has none, and pages have that of the machine. */
  readonly font: string | null
  /** Colors of the seller. Null: those of Stackgate. */
  readonly accent: Readonly<Record<'light' | 'dark', AccentColors>> | null
  /** The seller above the page. Null: the catalog has no brand. */
  readonly seller: { readonly name: string; readonly logo: string | null } | null
}

const PLAIN: PageLook = { font: null, accent: null, seller: null }

const variables = (colors: Readonly<Record<keyof typeof light, string>>, accent: AccentColors | undefined): string =>
  Object.entries({ ...colors, ...(accent && { link: accent.text, accent: accent.filled }) })
    .map(([name, value]) => `--${name}: ${value}`)
    .join('; ')

const styleOf = ({ font, accent }: PageLook): string => `${
  font === null
    ? ''
    : `
@font-face { font-family: Geist; font-weight: 400 600; font-display: swap; src: url('${font}') format('woff2') }`
}
:root { color-scheme: light dark; ${variables(light, accent?.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark, accent?.dark)} } }
* { box-sizing: border-box }
body { margin: 0; font: 14px/20px Geist, system-ui, sans-serif; color: var(--text); background: var(--canvas) }
main { max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 5rem) 1rem }
h1 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 0 0 .5rem } h2 { font-size: 16px; line-height: 24px; font-weight: 600; margin: 0 0 .25rem }
p { margin: 0 0 1rem } p.lead { color: var(--soft); margin-bottom: 2rem }
ul.cards { list-style: none; margin: 0 0 2rem; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)) }
ul.cards li { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem } ul.cards p { margin: 0; color: var(--soft) }
a { color: var(--link) } a.button { display: inline-block; min-height: 2.5rem; padding: .625rem 1rem; border-radius: 6px; background: var(--accent); color: #fff; line-height: 20px; font-weight: 600; text-decoration: none }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px }
code { font: 13px ui-monospace, monospace; background: var(--surface); border: 1px solid var(--line); border-radius: 4px; padding: .1rem .35rem; overflow-wrap: anywhere }
p.seller { display: flex; align-items: center; gap: .5rem; font-weight: 600; margin-bottom: 2rem } p.seller img { height: 1.5rem; max-width: 10rem }
footer { color: var(--soft); border-top: 1px solid var(--line); padding-top: 1rem }
`

/** Allows the only style by its hash, fonts of this server, and the logo of the seller. Nothing else can be loaded, run, framed or sent. */
const policyOf = (style: string, { seller }: PageLook): string =>
  `default-src 'none'; font-src 'self'; img-src data:${seller?.logo ? ` ${new URL(seller.logo).origin}` : ''}; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for a page, never interpreted as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)

/** The seller, if there is one, as the first line of a page. */
const sellerLine = ({ seller }: PageLook): string =>
  seller
    ? `<p class="seller">${seller.logo ? `<img src="${escapeHtml(seller.logo)}" alt="">` : ''}${escapeHtml(seller.name)}</p>\n`
    : ''

/** Sends a page; `content` is HTML whose values were escaped. */
export function sendPage(
  reply: FastifyReply,
  page: { title: string; content: string; look?: PageLook },
  status = 200,
): FastifyReply {
  const { look = PLAIN } = page
  const style = styleOf(look)
  const title = [page.title, look.seller?.name].filter(Boolean).join(' · ')
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policyOf(style, look))
    .header('cache-control', 'no-store')
    .send(
      `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n` +
        `<title>${escapeHtml(title)}</title>\n<link rel="icon" href="data:,">\n<style>${style}</style>\n</head>\n<body>\n<main>\n${sellerLine(look)}${page.content}\n</main>\n</body>\n</html>\n`,
    )
}

/** Returns true if a browser opens the address, and false for a program that reads JSON. */
export const isBrowser = (method: string, accept: string | undefined): boolean =>
  method === 'GET' && /\btext\/html\b/.test(accept ?? '')
