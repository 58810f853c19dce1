import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566074; --paper: #f5f6fa; --card: #fff; --line: #d9dde7; --accent: #2f55d4; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf1; --soft: #a6aec0; --paper: #12151c; --card: #1b1f29; --line: #343b4b; --accent: #9db4ff; --on-accent: #12151c } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 5rem) 1.25rem }
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -.01em; margin: 0 0 .5rem } h2 { font-size: 1.05rem; margin: 0 0 .15rem }
p { margin: 0 0 1rem } p.lead { font-size: 1.1rem; color: var(--soft); margin-bottom: 2rem }
ul.cards { list-style: none; margin: 0 0 2rem; padding: 0; display: grid; gap: .85rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)) }
ul.cards li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.15rem } ul.cards p { margin: 0; color: var(--soft); font-size: .95rem }
a { color: var(--accent) } a.button { display: inline-block; min-height: 2.75rem; padding: .55rem 1.2rem; border-radius: .6rem; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .2rem }
code { font: .9em ui-monospace, monospace; background: var(--card); border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .35rem; overflow-wrap: anywhere }
footer { color: var(--soft); font-size: .9rem; border-top: 1px solid var(--line); padding-top: 1rem }
`

/** Allows the only style by its hash. Nothing else can be loaded, run, framed or sent. */
const POLICY = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for a page, never interpreted as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)

/** Sends a page; `content` is HTML whose values were escaped. */
export function sendPage(reply: FastifyReply, page: { title: string; content: string }, status = 200): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .send(
      `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n` +
        `<title>${escapeHtml(page.title)}</title>\n<link rel="icon" href="data:,">\n<style>${STYLE}</style>\n</head>\n<body>\n<main>\n${page.content}\n</main>\n</body>\n</html>\n`,
    )
}

/** Returns true if a browser opens the address, and false for a program that reads JSON. */
export const isBrowser = (method: string, accept: string | undefined): boolean =>
  method === 'GET' && /\btext\/html\b/.test(accept ?? '')
