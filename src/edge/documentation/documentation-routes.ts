import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { LRUCache } from 'lru-cache'
import { makeAsset, sendAsset, type Asset } from '../http/assets.js'
import { sendMissingPages } from '../pages/built-pages.js'

/** The documentation that this process serves. */
export interface DocumentationOptions {
  /** Folder of the built site, with `index.html`. It can be empty until the site is built. */
  readonly folder: string
  readonly publicUrl: URL
  /** Names of the installed modules. Pages of others are marked, and are not in navigation and search. */
  readonly modules: readonly string[]
}

/** Base of the built site (docs/.vitepress/served-base.mjs). It is replaced by the public path, because a proxy can add a prefix. */
const BUILT_BASE = '/__stackgate_docs__/'
/** List of modules of the built site. It is replaced by their names. */
const BUILT_MODULES = '__stackgate_modules__'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** Types of files whose bytes are not a text. */
const BINARY = /^(?:image\/webp|font\/)/

/** Names of files: no part begins with a dot. */
const PATH = /^\w[\w.@-]*(?:\/[\w@][\w.@-]*)*$/

/** Scripts and styles come from files of this server. The component library creates markup by its own policy. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types vue',
].join('; ')

/** Compressed files are kept up to this size. The search index is the largest. */
const CACHED_BYTES = 16_000_000

/** Serves the documentation site at `/docs/`, and its skills of coding agents where those look for them. */
export function registerDocumentation(
  app: FastifyInstance,
  { folder, publicUrl, modules }: DocumentationOptions,
): void {
  const base = new URL('docs/', publicUrl).pathname
  const assets = new LRUCache<string, Asset>({
    maxSize: CACHED_BYTES,
    sizeCalculation: ({ plain, zipped }) => plain.length + zipped.length,
  })

  /** Returns a file in the form of a response. Null if it does not exist. */
  async function assetOf(name: string): Promise<Asset | null> {
    const type = TYPES[extname(name)]
    const found = type && PATH.test(name) && (await stat(join(folder, name)).catch(() => null))
    if (!found || !found.isFile()) return null
    const key = `${name} ${found.mtimeMs}`
    const known = assets.get(key)
    if (known) return known
    const content = await readFile(join(folder, name))
    const served = () => content.toString().replaceAll(BUILT_BASE, base).replaceAll(BUILT_MODULES, modules.join())
    const asset = await makeAsset(BINARY.test(type) ? content : served(), type)
    assets.set(key, asset)
    return asset
  }

  const send = (reply: FastifyReply, asset: Asset) =>
    sendAsset(reply.request, reply.header('content-security-policy', POLICY), asset)

  for (const path of ['/docs', '/docs/*'])
    app.get<{ Params: { '*'?: string } }>(path, { compress: false }, async (request, reply) => {
      const index = await assetOf('index.html')
      if (!index) return sendMissingPages(reply, folder, publicUrl, 'documentation')
      const name = request.params['*'] ?? ''
      const asset = name && (await assetOf(name))
      if (asset) return send(reply, asset)
      // A folder. The server sees addresses without a slash at their end.
      const [own, search = ''] = request.originalUrl.split(/(?=\?)/)
      const inFolder = name ? await assetOf(`${name}/index.html`) : index
      if (inFolder && own!.endsWith('/')) return send(reply, inFolder)
      if (inFolder) return reply.redirect(`${base}${name ? `${name}/` : ''}${search}`)
      if (await assetOf(`${name}.html`)) return reply.redirect(`${base}${name}.html${search}`)
      const missing = await assetOf('404.html')
      return missing && !extname(name) ? send(reply.code(404), missing) : reply.callNotFound()
    })

  app.get<{ Params: { '*': string } }>('/.well-known/skills/*', { compress: false }, async (request, reply) => {
    const asset = await assetOf(`skills/${request.params['*']}`)
    return asset ? send(reply, asset) : reply.callNotFound()
  })
}
