// Writes packages with the code that they load into a folder, each as one package. npm would install 76 more for Apollo Server, of which two
// thirds serve Express and browsers and are never loaded, and 15 more for PDFKit. Audits find them by name and version; `LICENSES.txt` has the
// packages within.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../src/bootstrap.mjs'

/**
 * By name: entries, dependencies that the server has, too, so that both load the same copy, and modules to load instead of others. Apollo Server
 * chooses between Node and a library for browsers by `module.require`, which a bundle does not have.
 */
const PACKAGES = {
  '@apollo/server': {
    entries: { index: '@apollo/server', 'plugin/disabled': '@apollo/server/plugin/disabled' },
    shared: ['graphql', 'lru-cache', 'negotiator', '@graphql-tools/utils'],
    alias: { '@apollo/utils.createhash': 'node:crypto' },
  },
  pdfkit: { entries: { index: 'pdfkit' }, shared: [], alias: {} },
}

export const BUNDLED = Object.keys(PACKAGES)

const LICENSE = /^(?:licen[cs]e|copying|notice)/i

const read = (path) => readFileSync(join(root, path), 'utf8')

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

/** @param folder the `node_modules` of the packed server */
export async function bundlePackages(folder) {
  for (const name of BUNDLED) await bundlePackage(name, join(folder, name))
}

async function bundlePackage(name, out) {
  const { entries, shared, alias } = PACKAGES[name]
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
      rollupOptions: {
        input: entries,
        external: (id) => id.startsWith('node:') || shared.some((own) => id === own || id.startsWith(`${own}/`)),
        output: { entryFileNames: '[name].js' },
      },
    },
    resolve: { alias },
    ssr: { noExternal: true },
  })
  const chunks = output.filter(({ type }) => type === 'chunk')
  const { version, description, license, repository } = JSON.parse(read(`node_modules/${name}/package.json`))
  const { dependencies } = JSON.parse(read('package.json'))
  const manifest = {
    name,
    version,
    description: `${description}, with the code that it loads`,
    license,
    repository,
    type: 'module',
    exports: Object.fromEntries(
      Object.keys(entries).map((entry) => [entry === 'index' ? '.' : `./${entry}`, `./${entry}.js`]),
    ),
    dependencies: Object.fromEntries(shared.map((own) => [own, dependencies[own]])),
  }
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const folders = [...new Set(chunks.flatMap(foldersOf))].toSorted((one, other) => (one < other ? -1 : 1))
  writeFileSync(join(out, 'LICENSES.txt'), `${folders.map(licenseOf).join('\n\n---\n\n')}\n`)
}
