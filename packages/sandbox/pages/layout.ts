import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { FONT_PATH } from './font.js'
import { html, Html } from './html.js'
import type { Seller } from './seller.js'

const STYLE = `
@font-face { font-family: Geist; font-weight: 100 900; font-display: swap; src: url('${FONT_PATH}') format('woff2') }
:root { color-scheme: light dark; --font: Geist, system-ui, sans-serif; --ink: #17181c; --soft: #51535e; --paper: #fafafb; --card: #fff; --sunken: #f4f4f6; --line: #e4e4e9; --field: #8b8d98; --accent: #4f46e5; --link: #4338ca; --tint: #eef0ff; --bad: #b42318; --good: #15703c }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f1f4; --soft: #b3b5bf; --paper: #0e0f12; --card: #16171b; --sunken: #1d1f24; --line: #2a2c33; --field: #6f727e; --accent: #5b57e8; --link: #a9a8ff; --tint: #22224a; --bad: #ff9a8f; --good: #6bd391 } }
* { box-sizing: border-box }
body { margin: 0; font: 14px/20px var(--font); color: var(--ink); background: var(--paper) }
main { max-width: 30rem; margin: 2.5rem auto; padding: 0 1rem }
main.columns { max-width: 58rem } main.wide { max-width: 76rem }
.columns > div { min-width: 0 } div.columns { display: grid; gap: 0 1.5rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 48rem) { div.columns { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); grid-template-rows: auto 1fr; align-items: start } .columns > :nth-child(2) { grid-area: 1 / 2 / 3 } }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.5rem; margin-bottom: 1rem; overflow-x: auto } section.sunken { background: var(--sunken) }
h1 { font: 600 20px/28px var(--font); margin: .25rem 0 .75rem } h2 { font: 600 16px/24px var(--font); margin: 0 0 .5rem } h3 { font-size: 14px; margin: 1rem 0 .25rem } p { margin: .5rem 0 }
.badge { display: inline-block; margin: 0; font: 500 12px/16px var(--font); color: var(--link); background: var(--tint); border-radius: 999px; padding: .15rem .6rem }
.total { font: 600 28px/36px var(--font); font-variant-numeric: tabular-nums; margin: .25rem 0 1rem }
.row { display: flex; justify-content: space-between; gap: 1rem } .row.sum { border-top: 1px solid var(--line); padding-top: .6rem; font-weight: 600 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
.beside { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin: 1rem 0 } .beside > div { flex: 1 1 10rem } .beside > [role=alert] { flex-basis: 100% }
label { display: block; font-weight: 600; margin-top: .75rem } label.choice { font-weight: 400; margin-top: .35rem }
fieldset { border: 0; padding: 0; margin: 0 0 1rem } legend { font-weight: 600; padding: 0 }
input, select { width: 100%; font: inherit; min-height: 2.5rem; padding: .5rem .75rem; margin-top: .25rem; color: inherit; background: var(--card); border: 1px solid var(--field); border-radius: 6px }
::placeholder { color: var(--soft); opacity: 1 } caption { text-align: left } main > p a { display: inline-block; margin-bottom: .75rem }
input[type=radio] { width: auto; margin: 0 .4rem 0 0; min-height: 0; accent-color: var(--accent) }
button, .button { font: inherit; font-weight: 600; min-height: 2.5rem; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--on-accent, #fff); cursor: pointer; text-decoration: none; display: inline-block }
button:hover, .button:hover { filter: brightness(1.08) }
a { color: var(--link) } .button { color: var(--on-accent, #fff) }
.pay { width: 100%; margin-top: 1.25rem } .quiet { background: transparent; color: var(--ink); border-color: var(--field) }
.small, td button { min-height: 1.9rem; padding: .15rem .7rem; font-size: 13px } .actions { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .75rem }
summary { cursor: pointer; display: flex; align-items: center; gap: .5rem; list-style: none } summary::-webkit-details-marker { display: none } summary h2 { margin: 0 }
summary::after { content: ''; width: .5rem; height: .5rem; margin-bottom: .2rem; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; margin-left: auto; transform: rotate(45deg) } details[open] > summary::after { transform: translateY(.2rem) rotate(225deg) }
summary.as-link { display: inline-flex; color: var(--link) } summary.as-link::after { content: none } details > summary + * { margin-top: .75rem }
.seller { align-items: center } .seller img { display: block; height: 2rem; max-width: 10rem } .seller .badge { margin-left: auto } .seller a { display: flex; align-items: center; gap: .5rem; color: inherit; text-decoration: none } .seller a::before { content: '←' / '' }
.mark::before { content: attr(data-letter) / '' } .mark { width: 2rem; border-radius: 7px; background: var(--accent); color: var(--on-accent, #fff); font-weight: 700; line-height: 2rem; text-align: center }
.cards dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; font-variant-numeric: tabular-nums } .cards dd { margin: 0 }
@media (min-width: 48rem) { .order > summary { display: none } :is(.order, .cards)::details-content { content-visibility: visible } .cards > summary { pointer-events: none } .cards > summary::after { content: none } }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
[role=alert] { border: 1px solid var(--bad); color: var(--bad); border-radius: 6px; padding: .6rem .9rem; font-weight: 600 }
[role=status] { color: var(--good); font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: 13px } th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); white-space: nowrap } th { color: var(--soft); font-weight: 600 } td.amount, th.amount { text-align: right; padding-right: 0 }
@media (max-width: 48rem) { .head { display: flex; justify-content: space-between; align-items: baseline; gap: 0 1rem } .head > * { margin-bottom: 0 } .head .total { font: 600 20px/28px var(--font) } }
@media (max-width: 30rem) { input, select { font-size: 16px } main { margin-top: 1rem } section { padding: 1rem } main:not(.wide) th, main:not(.wide) td { white-space: normal; padding-right: .5rem } main:not(.wide) td a { overflow-wrap: anywhere } }
code, pre { font-family: ui-monospace, monospace; font-size: 13px } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 } form.inline { display: inline } .hint, .soft { font-size: 13px; color: var(--soft) }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .75rem 0 0 }
`

const hashOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** A seller can have a color of its own. Text on it is black or white, by what contrasts more; links have the color of the text. */
function sellerStyle({ seller }: Page): string {
  const buttonColor = seller?.buttonColor
  if (buttonColor === undefined || !/^#[0-9a-f]{6}$/i.test(buttonColor)) return ''
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(buttonColor.slice(at, at + 2), 16))
  const isLight = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 140
  return `:root { --accent: ${buttonColor}; --on-accent: ${isLight ? '#000' : '#fff'}; --link: var(--ink); --tint: var(--line) }`
}

/** A page: its title, its content, and how it is shown. */
export interface Page {
  title: string
  content: Html
  /** Tag of its language. Default: English. */
  language?: string
  /** Width of the page: two columns, or full width for tables. */
  wide?: 'columns' | 'all'
  /** True if a form of this page ends at another site: browsers hold `form-action` against every redirect on the way. */
  leadsAway?: boolean
  /** The seller, whose color and picture the page has. Default: those of the sandbox. */
  seller?: Seller
}

/** Sends a page with the headers that keep it harmless: no scripts, no frames, and the logo of the seller as its only foreign part. */
export function sendPage(reply: FastifyReply, page: Page, status = 200) {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src ${[STYLE, sellerStyle(page)]
          .filter((style) => style !== '')
          .map(hashOf)
          .join(
            ' ',
          )}; font-src 'self'; ${page.seller?.logo ? `img-src ${new URL(page.seller.logo).origin}; ` : ''}base-uri 'none'; frame-ancestors 'none'; ` +
        `form-action 'self'${page.leadsAway === true ? ' http: https:' : ''}`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .send(document(page).text)
}

/** The page that says that something is not there. */
export function notFoundPage(what: string): Page {
  return { title: 'Not found', content: html`<section><h1>Not found: ${what}</h1></section>` }
}

function document(page: Page): Html {
  const { title, content, wide, language = 'en' } = page
  const own = sellerStyle(page)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="preload" href="${FONT_PATH}" as="font" type="font/woff2" crossorigin>
<style>${new Html(STYLE)}</style>${own === '' ? '' : new Html(`<style>${own}</style>`)}
</head>
<body>
<main${new Html(wide === undefined ? '' : ` class="${wide === 'all' ? 'wide' : wide}"`)}>
${content}
</main>
</body>
</html>
`
}
