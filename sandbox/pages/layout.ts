import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { html, Html } from './html.js'

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --paper: #f5f6fa; --card: #fff; --line: #d5d9e4; --accent: #4b3fd1; --bad: #b3261e; --good: #136c3a }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf2; --paper: #14161d; --card: #1e212b; --line: #3a3f50; --accent: #8f86ff; --bad: #ff9a92; --good: #7fd6a3 } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { max-width: 30rem; margin: 2rem auto; padding: 0 1rem }
main.wide { max-width: 72rem }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin-bottom: 1rem; overflow-x: auto }
h1 { font-size: 1.4rem; margin: 0 0 .5rem } h2 { font-size: 1.05rem; margin: 0 0 .5rem }
.badge { display: inline-block; font-size: .75rem; letter-spacing: .05em; text-transform: uppercase; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .6rem }
.total { font-size: 1.8rem; font-weight: 650; margin: .25rem 0 }
.row { display: flex; justify-content: space-between; gap: 1rem } .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
label { display: block; font-weight: 600; margin-top: .75rem }
input { width: 100%; font: inherit; padding: .55rem .7rem; margin-top: .2rem; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .5rem }
button, .button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent); color: #fff; cursor: pointer; text-decoration: none; display: inline-block }
@media (prefers-color-scheme: dark) { button, .button { color: #14161d } }
.pay { width: 100%; margin-top: 1.25rem } .quiet { background: transparent; color: var(--accent) } td button { padding: .1rem .6rem; font-size: .85rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
[role=alert] { border: 1px solid var(--bad); color: var(--bad); border-radius: .5rem; padding: .6rem .9rem; font-weight: 600 }
[role=status] { color: var(--good); font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-size: .85rem } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); white-space: nowrap }
code { font-size: .85em } form.inline { display: inline } .hint { font-size: .9rem } .hint ul { padding-left: 1.1rem; margin: .25rem 0 0 }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A page: its title, its content, and how it is shown. */
export interface Page {
  title: string
  content: Html
  wide?: boolean
  /** Whether a form of this page ends at another site: browsers hold `form-action` against every redirect on the way. */
  leadsAway?: boolean
}

/** Sends a page with the headers that keep it harmless: no scripts, no frames, no foreign parts. */
export function sendPage(reply: FastifyReply, page: Page, status = 200) {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; ` +
        `form-action 'self'${page.leadsAway === true ? ' http: https:' : ''}`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    .send(document(page).text)
}

function document({ title, content, wide }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main${new Html(wide === true ? ' class="wide"' : '')}>
${content}
</main>
</body>
</html>
`
}
