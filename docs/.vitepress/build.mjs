// `npm run build:docs`: builds the documentation site into docs/.vitepress/dist, from which the server serves it at `/docs/`.
// `npm run build:docs -- --out FOLDER --base /path/` exports it for any static host. Paths in pages begin with the base.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'vitepress'
import { freshFolder, publishPages } from '../../src/bootstrap.mjs'
import { SERVED_BASE } from './served-base.mjs'

const { values } = parseArgs({
  options: { out: { type: 'string' }, base: { type: 'string' }, served: { type: 'boolean' } },
})
const base = values.base ?? (values.out && !values.served ? '/' : SERVED_BASE)
if (!/^\/(?:[\w.~-]+\/)*$/.test(base)) {
  process.stderr.write(`build:docs: --base must begin and end with a slash, for example /manual/; '${base}' does not\n`)
  process.exit(2)
}
const folder = import.meta.dirname
const out = values.out ? resolve(values.out) : freshFolder('documentation')
process.chdir(folder)
process.env.STACKGATE_DOCS_SERVED = String(base === SERVED_BASE)
await build(resolve(folder, '..'), { base, outDir: out })
if (!values.out) publishPages('documentation', out, `${folder}/dist`)
