import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { must, manifestOf, packageFolder, PUBLISHED } from '#test/support/packed-packages.js'

const root = process.cwd()

describe('published packages', () => {
  beforeAll(() => must('npm', ['run', '--silent', 'build:packages'], root))

  it('have one version and depend on each other in exactly that version [CL35]', () => {
    const manifests = PUBLISHED.map(manifestOf)
    const [{ version }] = manifests as [(typeof manifests)[0]]
    expect(manifests.map((manifest) => manifest.version)).toEqual(PUBLISHED.map(() => version))
    const theirs = manifests.flatMap(({ dependencies = {} }) =>
      Object.entries(dependencies).filter(([name]) => name.startsWith('@stackgate/')),
    )
    expect(theirs.filter(([, wanted]) => wanted !== version)).toEqual([])
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain('@stackgate/client')
  })

  it.each(PUBLISHED)('%s passes publint without a remark [CL36]', async (name) => {
    const folder = packageFolder(name)
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('name no types of Node, so that they compile without them [CL36]', () => {
    const files = PUBLISHED.flatMap((name) =>
      Object.values(manifestOf(name).exports).flatMap((entry) =>
        typeof entry === 'object' ? [join(packageFolder(name), entry.types)] : [],
      ),
    )
    // Files are added while the loop runs: those that the entries lead to.
    for (const file of files)
      for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
        const found = join(file, '..', path!.replace(/\.js$/, '.d.ts'))
        if (!files.includes(found)) files.push(found)
      }
    const named = files.filter((file) => /\bBuffer\b|\bNodeJS\b|'node:|types="node"/.test(readFileSync(file, 'utf8')))
    expect([files.length > 50, named]).toEqual([true, []])
  })

  it.each(PUBLISHED)('%s runs nothing when it is installed, and is published with its provenance [CL36]', (name) => {
    const { scripts = {}, publishConfig } = manifestOf(name)
    expect(Object.keys(scripts).filter((script) => /^(pre|post)?(install|prepare)$/.test(script))).toEqual([])
    expect(publishConfig).toEqual({ access: 'public', provenance: true })
  })

  it.each(PUBLISHED)('%s contains its README, its license and all files that it names [CL36]', async (name) => {
    const folder = packageFolder(name)
    const output = await must('npm', ['pack', '--json', '--dry-run', '--loglevel=error', '--ignore-scripts'], folder)
    const [{ files }] = JSON.parse(output.slice(output.indexOf('['))) as [{ files: readonly { path: string }[] }]
    const paths = files.map(({ path }) => path)
    const named = Object.values(manifestOf(name).exports)
      .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
      .map((path) => path.replace('./', ''))
    expect(['README.md', 'LICENSE', ...named].filter((path) => !paths.includes(path))).toEqual([])
    expect(paths.filter((path) => /(^|\/)(test|scripts|node_modules)\//.test(path))).toEqual([])
  })

  it.each(PUBLISHED)('%s refers to no source outside of it [CL36]', (name) => {
    const folder = packageFolder(name)
    const built = globSync('dist/**/*.{js,d.ts}', { cwd: folder })
    const outside = built.filter((path) =>
      /['"](?:\.\.\/){4,}|@stackgate\/source/.test(readFileSync(join(folder, path), 'utf8')),
    )
    expect(built.length).toBeGreaterThan(0)
    expect(outside).toEqual([])
    expect(existsSync(join(folder, 'dist'))).toBe(true)
  })
})
