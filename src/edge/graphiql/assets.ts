import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pageScript, pageStyle } from './page.js'

/** One file of GraphiQL, ready to send. */
export interface Asset {
  type: string
  plain: Buffer
  zipped: Buffer
  etag: string
}

const compress = promisify(gzip)
const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

const bundled = {
  'graphiql.js': { member: 'js', type: script },
  'graphiql.css': { member: 'css', type: style },
  'editorWorkerService.js': { member: 'editorWorkerService', type: script },
  'json.js': { member: 'jsonWorker', type: script },
  'graphql.js': { member: 'graphqlWorker', type: script },
} as const

const own: Record<string, { text: string; type: string }> = {
  'start.js': { text: pageScript, type: script },
  'page.css': { text: pageStyle, type: style },
}

const ready = new Map<string, Promise<Asset>>()

/** A file of GraphiQL by its name; undefined when there is no such file. Made at its first use: the bundle is 9 MB. */
export function graphiqlAsset(name: string): Promise<Asset> | undefined {
  if (!(name in bundled) && !(name in own)) return undefined
  let asset = ready.get(name)
  if (!asset) ready.set(name, (asset = makeAsset(name)))
  return asset
}

async function makeAsset(name: string): Promise<Asset> {
  const { text, type } = own[name] ?? (await fromBundle(name as keyof typeof bundled))
  const plain = Buffer.from(text)
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`
  return { type, plain, zipped: await compress(plain, { level: 6 }), etag }
}

async function fromBundle(name: keyof typeof bundled): Promise<{ text: string; type: string }> {
  const { member, type } = bundled[name]
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql')
  return { text: bundle[member], type }
}
