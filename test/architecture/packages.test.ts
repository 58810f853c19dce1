import { globSync, readFileSync } from 'node:fs'

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly resolved?: string
}

type Manifest = Record<string, Record<string, string> | undefined>

const readManifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest
const manifest = readManifest('package.json')
const workspaces = globSync('packages/*/package.json').map(readManifest)
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
const locked = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/'))
const direct = [manifest, ...workspaces].flatMap((each) =>
  ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => Object.entries(each[kind] ?? {})),
)

/** Licenses under which we may use and ship a package. */
const LICENSES =
  /^\(?(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Python-2\.0|Unlicense|WTFPL|PostgreSQL|Zlib|\s|OR|AND)+\)?$/

/** License of tools whose files we neither ship nor change. */
const TOOL_LICENSE = 'MPL-2.0'

/** License of fonts, which can be shipped with every program. */
const FONT_LICENSE = 'OFL-1.1'

/**
 * Packages whose lock entry does not name the license, or names it differently, with the license of their license file.
 */
const READ_BY_HAND: Record<string, string> = {
  // Fonts, which can be shipped with every program.
  'node_modules/dejavu-fonts-ttf': 'Bitstream-Vera',
  'node_modules/json-schema': 'BSD-3-Clause',
  'node_modules/nub': 'MIT',
  'node_modules/png-js': 'MIT',
}

/**
 * `typescript` compiles at the first start, the fonts are read as files, and the other two are peers of packages that the server imports.
 */
const NEEDED_WITHOUT_IMPORT = ['typescript', 'dejavu-fonts-ttf', '@mikro-orm/core', 'graphql-yoga']

const IMPORTED = /(?:\bfrom |^import |\bimport\()'((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'(?:$|\))/gim

const importedPackages = (text: string): string[] => [...text.matchAll(IMPORTED)].map(([, name]) => name!)
const importsPackage = (text: string, name: string): boolean => importedPackages(text).includes(name)

describe('Dependencies', () => {
  it('are pinned to one version each and locked with a checksum', () => {
    const loose = direct.filter(([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    expect(loose).toEqual([])
    const unproved = locked.filter(([, { integrity, link }]) => !link && !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
    expect(unproved.map(([path]) => path)).toEqual([])
  })

  it('are in the lock file in the versions of the manifest', () => {
    const wrong = direct.filter(([name, version]) => {
      const wanted = version.replace(/^npm:.*@/, '')
      const { link, resolved, version: inLock } = lock.packages[`node_modules/${name}`] ?? {}
      return (link ? lock.packages[resolved!]?.version : inLock) !== wanted
    })
    expect(wrong).toEqual([])
  })

  it('come from the registry, never from a URL', () => {
    const elsewhere = locked.filter(
      ([, { resolved, link }]) => resolved && !link && !resolved.startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere.map(([path]) => path)).toEqual([])
  })

  it('have licenses from the list', () => {
    const others = locked
      .filter(([path, { link }]) => !link && !(path in READ_BY_HAND))
      .filter(([, { license, dev }]) => !LICENSES.test(license ?? '') && !(dev && license === TOOL_LICENSE))
      .filter(([path, { license }]) => !(path.includes('/@fontsource') && license === FONT_LICENSE))
      .map(([path, { license }]) => `${path}: ${license}`)
    expect(others).toEqual([])
  })

  it('are dependencies of the server only if the server imports them', () => {
    const texts = globSync('{src,migrations}/**/*.ts').map((path) => readFileSync(path, 'utf8'))
    const unused = Object.keys(manifest['dependencies'] ?? {}).filter(
      (name) => !NEEDED_WITHOUT_IMPORT.includes(name) && !texts.some((text) => importsPackage(text, name)),
    )
    expect(unused).toEqual([])
  })

  it('belong to the workspace that imports them', () => {
    const missing = globSync('packages/*/package.json').flatMap((path) => {
      const own = readManifest(path)
      const names = new Set(
        ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) => Object.keys(own[kind] ?? {})),
      )
      names.add(own['name'] as unknown as string)
      const files = globSync(path.replace('package.json', '**/*.{ts,tsx}'), {
        exclude: (file) => /(^|\/)(dist|node_modules)$/.test(file),
      })
      return files.flatMap((file) =>
        importedPackages(readFileSync(file, 'utf8'))
          .filter((name) => !names.has(name))
          .map((name) => `${file}: ${name}`),
      )
    })
    expect(missing).toEqual([])
  })

  it('include the Python package in the version of the others', () => {
    const [, version] = /^version = "(.*)"$/m.exec(readFileSync('packages/python/pyproject.toml', 'utf8')) ?? []
    expect(version).toBe((manifest['version'] as unknown as string).replace('-rc.', 'rc'))
  })

  it('run no installation scripts', () => {
    const allowed = (manifest['allowScripts'] ?? {}) as unknown as Record<string, boolean>
    expect(Object.entries(allowed).filter(([, runs]) => runs)).toEqual([])
    expect(readFileSync('src/bootstrap.mjs', 'utf8')).toContain("const args = [...npmArgs, '--ignore-scripts'")
  })

  it('of the module in Go are the standard library alone', () => {
    expect(readFileSync('packages/go/go.mod', 'utf8')).not.toMatch(/require|replace/)
    expect(readFileSync('packages/go/LICENSE', 'utf8')).toBe(readFileSync('packages/client/LICENSE', 'utf8'))
  })
})
