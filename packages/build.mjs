// `npm run build:packages`: compiles the published packages into their `dist/`: modules and declarations, without bundling.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureGenerated, ensureInstalled, nodeBinary, root, run } from '../src/bootstrap.mjs'

/** In the order in which they depend on each other. */
const names = ['client', 'iframe', 'react']
/** Files that the compiler does not write, with their copies. */
const copies = {
  client: {
    [join(root, 'src/schema/schema.graphql')]: 'schema.graphql',
    'src/generated/introspection.d.ts': 'dist/generated/introspection.d.ts',
  },
}

await ensureInstalled((line) => process.stderr.write(`build:packages: ${line}\n`))
await ensureGenerated()
for (const name of names) {
  const folder = join(root, 'packages', name)
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  await run(nodeBinary(), [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.build.json')], {
    show: true,
  })
  for (const [from, to] of Object.entries(copies[name] ?? {})) {
    const source = existsSync(from) ? from : join(folder, from)
    mkdirSync(dirname(join(folder, to)), { recursive: true })
    copyFileSync(source, join(folder, to))
  }
}
