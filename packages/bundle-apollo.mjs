// Writes Apollo Server with the code that it loads into a folder, as one package without the 76 that npm would install for it: two thirds of
// them serve Express and browsers, and are never loaded. Audits find it by its name and version; `LICENSES.txt` has the packages within it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../src/bootstrap.mjs'

const NAME = '@apollo/server'
const ENTRIES = { index: NAME, 'plugin/disabled': `${NAME}/plugin/disabled` }
/** Dependencies that the server has, too, so that both load the same copy. */
const SHARED = ['graphql', 'lru-cache', 'negotiator', '@graphql-tools/utils']
/** It chooses between Node and a library for browsers by `module.require`, which a bundle does not have. */
const HASHES = '@apollo/utils.createhash'
const LICENSE = /^(?:licen[cs]e|copying|notice)/i

const read = (path) => readFileSync(join(root, path), 'utf8')
const isExternal = (id) => id.startsWith('node:') || SHARED.some((name) => id === name || id.startsWith(`${name}/`))

/** Folders of the packages from which a chunk has code. */
const foldersOf = ({ modules }) =>
  Object.entries(modules).flatMap(([id, { renderedLength }]) => {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []
    return folder && renderedLength > 0 ? [folder] : []
  })

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder).filter((file) => LICENSE.test(file))
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  return `${name} ${version} (${license})\n\n${text}`.trim()
}

/** @param out the folder of the package */
export async function bundleApollo(out) {
  const { build } = await import('vite')
  const { output } = await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { input: ENTRIES, external: isExternal, output: { entryFileNames: '[name].js' } },
    },
    resolve: { alias: { [HASHES]: 'node:crypto' } },
    ssr: { noExternal: true },
  })
  const chunks = output.filter(({ type }) => type === 'chunk')
  const { version, description, license, repository } = JSON.parse(read(`node_modules/${NAME}/package.json`))
  const { dependencies } = JSON.parse(read('package.json'))
  const manifest = {
    name: NAME,
    version,
    description: `${description}, with the code that it loads`,
    license,
    repository,
    type: 'module',
    exports: Object.fromEntries(
      Object.keys(ENTRIES).map((entry) => [entry === 'index' ? '.' : `./${entry}`, `./${entry}.js`]),
    ),
    dependencies: Object.fromEntries(SHARED.map((name) => [name, dependencies[name]])),
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const folders = [...new Set(chunks.flatMap(foldersOf))].toSorted((one, other) => (one < other ? -1 : 1))
  writeFileSync(join(out, 'LICENSES.txt'), `${folders.map(licenseOf).join('\n\n---\n\n')}\n`)
}
