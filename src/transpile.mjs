// Removes the types of the server and the payment sandbox without checking them, in place of the compiler: seconds of processor time on the first
// start, of which `npm start` would spend half a minute on types that `npm test` has checked. Everything else is built by the compiler.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { transform } from '@swc/core'
import { root } from './bootstrap.mjs'

/** As `tsconfig.json` configures the compiler. */
const options = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2024',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  sourceMaps: true,
  // The process keeps its maps in memory. The sources are in their files.
  inlineSourcesContent: false,
  configFile: false,
  swcrc: false,
}

const folders = [
  { from: 'src', out: 'dist/src' },
  { from: 'migrations', out: 'dist/migrations' },
  { from: 'packages/sandbox', out: 'packages/sandbox/dist' },
]

for (const { from, out } of folders)
  for (const file of sources(join(root, from))) {
    const source = join(root, from, file)
    const compiled = join(root, out, file.replace(/ts$/, 'js'))
    const sourceFileName = relative(dirname(compiled), source)
    const { code, map } = await transform(readFileSync(source, 'utf8'), {
      ...options,
      filename: source,
      sourceFileName,
    })
    mkdirSync(dirname(compiled), { recursive: true })
    const name = compiled.slice(dirname(compiled).length + 1)
    writeFileSync(compiled, `${code}//# sourceMappingURL=${name}.map\n`)
    writeFileSync(`${compiled}.map`, map)
  }

function* sources(folder, prefix = '') {
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = join(prefix, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'dist' && entry.name !== 'node_modules') yield* sources(folder, path)
    } else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts')) yield path
  }
}
