import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { html, Html } from './html.js'

const STYLE = `
:root { color-scheme: light dark; --ink: #1a2033; --soft: #5b6478; --paper: #f4f5fa; --card: #fff; --line: #d8dce8; --accent: #4b3fd1; --on-accent: #fff; --tint: #efedff; --bad: #b3261e; --good: #136c3a }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf2; --soft: #a7aec2; --paper: #12141b; --card: #1c1f29; --line: #363c4e; --accent: #a49cff; --on-accent: #14161d; --tint: #262a42; --bad: #ff9a92; --good: #7fd6a3 } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { max-width: 30rem; margin: 2.5rem auto; padding: 0 1rem }
main.columns { max-width: 58rem } main.wide { max-width: 76rem }
.columns > div { min-width: 0 } div.columns { display: grid; gap: 0 1.5rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 48rem) { div.columns { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); align-items: start } }
section { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.5rem; margin-bottom: 1.25rem; overflow-x: auto; box-shadow: 0 1px 2px #0000000d, 0 8px 24px #0000000a }
h1 { font-size: 1.45rem; line-height: 1.25; margin: .25rem 0 .75rem } h2 { font-size: 1.1rem; margin: 0 0 .5rem } h3 { font-size: 1rem; margin: 1rem 0 .25rem } p { margin: .5rem 0 }
.badge { display: inline-block; margin: 0; font-size: .75rem; font-weight: 600; letter-spacing: .05em; text-transform: uppercase; color: var(--accent); background: var(--tint); border-radius: 1rem; padding: .15rem .7rem }
.total { font-size: 2rem; font-weight: 700; letter-spacing: -.02em; margin: .25rem 0 1rem }
.row { display: flex; justify-content: space-between; gap: 1rem } .row.sum { border-top: 1px solid var(--line); padding-top: .6rem; font-weight: 650 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
.beside { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin: 1rem 0 } .beside > div { flex: 1 1 10rem } .beside > [role=alert] { flex-basis: 100% }
label { display: block; font-weight: 600; margin-top: .75rem } label.choice { font-weight: 400; margin-top: .35rem }
fieldset { border: 0; padding: 0; margin: 0 0 1rem } legend { font-weight: 600; padding: 0 }
input, select { width: 100%; font: inherit; padding: .6rem .75rem; margin-top: .25rem; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .55rem }
::placeholder { color: var(--soft); opacity: 1 } caption { text-align: left } main > p a { display: inline-block; margin-bottom: .75rem }
input[type=radio] { width: auto; margin: 0 .4rem 0 0; accent-color: var(--accent) }
button, .button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .55rem 1.15rem; border: 1px solid var(--accent); border-radius: .6rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; display: inline-block }
button:hover, .button:hover { filter: brightness(1.08) }
a { color: var(--accent) } .button { color: var(--on-accent) }
.pay { width: 100%; margin-top: 1.25rem } .quiet { background: transparent; color: var(--accent) }
.small, td button { min-height: 1.9rem; padding: .15rem .7rem; font-size: .85rem } .actions { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .75rem }
summary { cursor: pointer } summary h2 { display: inline; margin: 0 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
[role=alert] { border: 1px solid var(--bad); color: var(--bad); border-radius: .55rem; padding: .6rem .9rem; font-weight: 600 }
[role=status] { color: var(--good); font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); white-space: nowrap } th { color: var(--soft); font-weight: 600 } td.amount, th.amount { text-align: right; padding-right: 0 }
@media (max-width: 30rem) { main { margin-top: 1rem } section { padding: 1rem } main:not(.wide) th, main:not(.wide) td { white-space: normal; padding-right: .5rem } main:not(.wide) td a { overflow-wrap: anywhere } }
code, pre { font-size: .85em } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 } form.inline { display: inline } .hint, .soft { font-size: .9rem; color: var(--soft) } .hint ul { padding-left: 1.1rem; margin: .25rem 0 0 }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .75rem 0 0 }
`

const hashOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** The session of a checkout can have a color of its own. Text on it is black or white, by what contrasts more. */
function buttonStyle({ buttonColor }: Page): string {
  if (buttonColor === undefined || !/^#[0-9a-f]{6}$/i.test(buttonColor)) return ''
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(buttonColor.slice(at, at + 2), 16))
  const isLight = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 140
  return `.pay { background: ${buttonColor}; border-color: ${buttonColor}; color: ${isLight ? '#000' : '#fff'} }`
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
  /** Background of the button that pays, as a hex color. */
  buttonColor?: string
}

/** Sends a page with the headers that keep it harmless: no scripts, no frames, no foreign parts. */
export function sendPage(reply: FastifyReply, page: Page, status = 200) {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src ${[STYLE, buttonStyle(page)]
          .filter((style) => style !== '')
          .map(hashOf)
          .join(' ')}; base-uri 'none'; frame-ancestors 'none'; ` +
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
  const own = buttonStyle(page)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
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
