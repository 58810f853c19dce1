import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'

const FILE = '@fontsource-variable/geist/files/geist-latin-wght-normal.woff2'

/** Address of the font of all pages. */
export const FONT_PATH = '/_assets/geist.woff2'

/** Serves the font of the dashboard. Without its package, which is only installed for development, pages have the font of the machine. */
export function fontFile(app: FastifyInstance): void {
  app.get(FONT_PATH, async (_request, reply) => {
    try {
      const font = await readFile(createRequire(import.meta.url).resolve(FILE))
      return reply.type('font/woff2').header('cache-control', 'public, max-age=86400').send(font)
    } catch {
      return reply.code(404).send()
    }
  })
}
