import { readFileSync } from 'node:fs'

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly resolved?: string
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
const direct = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
  Object.entries(manifest[kind] ?? {}),
)

/** Licences under which we may use and ship a package. */
const LICENSES =
  /^\(?(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Python-2\.0|Unlicense|WTFPL|PostgreSQL|Zlib|\s|OR|AND)+\)?$/

/** Packages whose lock entry does not name its licence, or names it otherwise, with what their own licence file says. */
const READ_BY_HAND: Record<string, string> = { 'node_modules/nub': 'MIT' }

describe('The packages that we build on', () => {
  it('are pinned to one version each, and locked with a checksum', () => {
    const loose = direct.filter(([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    expect(loose).toEqual([])
    const unproved = locked.filter(([, { integrity, link }]) => !link && !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))
    expect(unproved.map(([path]) => path)).toEqual([])
  })

  it('are in the lock file in the versions of the manifest', () => {
    const wrong = direct.filter(([name, version]) => {
      const wanted = version.replace(/^npm:.*@/, '')
      return lock.packages[`node_modules/${name}`]?.version !== wanted
    })
    expect(wrong).toEqual([])
  })

  it('come from the registry, never from an address', () => {
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere.map(([path]) => path)).toEqual([])
  })

  it('have licenses from the list', () => {
    const others = locked
      .filter(([path, { license }]) => !LICENSES.test(license ?? '') && !(path in READ_BY_HAND))
      .map(([path, { license }]) => `${path}: ${license}`)
    expect(others).toEqual([])
  })

  it('run no scripts when they are installed', () => {
    const allowed = (manifest['allowScripts'] ?? {}) as unknown as Record<string, boolean>
    expect(Object.entries(allowed).filter(([, runs]) => runs)).toEqual([])
    expect(readFileSync('src/bootstrap.mjs', 'utf8')).toContain("'ci', '--ignore-scripts'")
  })
})
