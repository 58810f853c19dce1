import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { escapeHtml, sendPage } from './layout.js'

/** State of the folder of the pages. The start of the server builds them in the background. */
export type BuildState = 'built' | 'building' | 'failed'

/** Looks at the folder: the build moves its files there when it ends, or writes a file with its failure. */
export function buildState(folder: string): BuildState {
  if (existsSync(join(folder, 'index.html'))) return 'built'
  return existsSync(join(folder, 'failed.txt')) ? 'failed' : 'building'
}

/** A file of the folder. Null while it does not exist. */
export const builtFile = (folder: string, name: string): Promise<string | null> =>
  readFile(join(folder, name), 'utf8').catch(() => null)

/** Seconds until a browser asks again for pages that are being built. */
const REFRESH_SECONDS = 2

/** Programs that build the pages again. */
const PROGRAMS = { dashboard: 'npm run build:dashboard', documentation: 'npm run build:docs' } as const

/** Answers instead of pages while there are none. The reason of a failure stays in the log of the start. */
export function sendMissingPages(
  reply: FastifyReply,
  folder: string,
  publicUrl: URL,
  name: keyof typeof PROGRAMS = 'dashboard',
): FastifyReply {
  const start = escapeHtml(publicUrl.pathname)
  if (buildState(folder) === 'failed')
    return sendPage(
      reply,
      {
        title: `No ${name}`,
        content:
          `<h1>The ${name} could not be built.</h1>\n<p>The server runs without it, and its log has the reason. ` +
          `<code>${PROGRAMS[name]}</code> builds it again.</p>\n<p><a href="${start}graphiql">Open GraphiQL</a></p>`,
      },
      503,
    )
  void reply.header('refresh', `${REFRESH_SECONDS}`).header('retry-after', `${REFRESH_SECONDS}`)
  const title = `${name[0]!.toUpperCase()}${name.slice(1)}`
  return sendPage(reply, { title, content: `<p class="lead">The ${name} is being built.</p>` }, 503)
}
