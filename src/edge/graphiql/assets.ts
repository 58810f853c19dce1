import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { makeAsset, type Asset } from '../http/assets.js'
import { pageScript, pageStyle } from './page.js'

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
  if (!asset) ready.set(name, (asset = readAsset(name)))
  return asset
}

async function readAsset(name: string): Promise<Asset> {
  const { text, type } = own[name] ?? (await fromBundle(name as keyof typeof bundled))
  return makeAsset(text, type)
}

/** Packed servers and the image have the files; a checkout has the package. */
async function fromBundle(name: keyof typeof bundled): Promise<{ text: string; type: string }> {
  const { member, type } = bundled[name]
  const written = fileURLToPath(new URL(`../../../graphiql/${member}`, import.meta.url))
  if (existsSync(written)) return { text: await readFile(written, 'utf8'), type }
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql')
  return { text: bundle[member], type }
}
