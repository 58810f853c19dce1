import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { writeCatalogKeys } from '#services/catalog/keys/catalog-keys.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { itUnless, withoutGo } from '#test/support/skip.js'

const CATALOGS = readdirSync('catalogs')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .toSorted()
const CLI = resolve('dist/src/cli/stackgate.js')

/** Statements that compile, and statements with a code that no catalog has, of one kind each. */
const typedWith = (code: string, { features, plans }: CatalogDefinition): string[] => {
  const feature = code || features[0]!.code
  const plan = code || (plans[0]?.code ?? '')
  const properties = code ? { [code]: 'x' } : {}
  return [
    `void entitlements.check({ accountId: 'customer:1', feature: '${feature}' })`,
    `void entitlements.consume({ accountId: 'customer:1', feature: '${feature}' })`,
    `void entitlements.checkPlan({ accountId: 'customer:1', plan: '${plan}' })`,
    `void entitlements.consume({ accountId: 'customer:1', feature: '${features[0]!.code}', properties: ${JSON.stringify(properties)} })`,
    `void entitlements.allocate({ accountId: 'customer:1', feature: '${feature}', resourceId: 'r' })`,
    `void watch.peek('${feature}')`,
    `void gated('${feature}')`,
  ]
}

describe('types of a catalog', () => {
  let folder: string
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'catalog-types-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs the program in a folder. */
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [CLI, 'types', ...args], { encoding: 'utf8', cwd: folder, env: childEnvironment })

  it.each(CATALOGS)('compile for each code of %s, and for no other', (name) => {
    const definition = readCatalogFile(name)
    const project = join(folder, name)
    mkdirSync(project)
    writeFileSync(join(project, 'keys.ts'), writeCatalogKeys(definition, 'typescript'))
    const start = [
      "import { createEntitlements } from '@stackgate/client/entitlements'",
      "import { gate } from '@stackgate/client/server/express'",
      "import type { FeatureKey, PackageKey, PlanKey } from '@stackgate/client'",
      "const entitlements = createEntitlements({ url: 'http://localhost', key: 'key' })",
      "const watch = entitlements.watch('customer:1', {})",
      'declare const options: Parameters<typeof gate>[0]',
      'const gated = gate(options)',
    ]
    const codesOf = (kind: string, list: readonly { code: string }[]) =>
      list.map(({ code }, index) => `export const ${kind}${index}: ${kind} = '${code}'`)
    const good = [
      ...codesOf('FeatureKey', definition.features),
      ...codesOf('PlanKey', definition.plans),
      ...codesOf('PackageKey', definition.packages),
      ...typedWith('', definition),
    ]
    const wrong = [
      ...typedWith('no_such_code', definition),
      "export const wrongPackage: PackageKey = 'no_such_code'",
      "export const wrongPlan: PlanKey = 'no_such_code'",
    ]
    writeFileSync(join(project, 'use.ts'), [...start, ...good, ...wrong].join('\n'))
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
    const source = resolve('packages/client/src')
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        extends: resolve('packages/client/tsconfig.json'),
        compilerOptions: {
          noEmit: true,
          incremental: false,
          noUnusedLocals: false,
          paths: {
            '@stackgate/client': [`${source}/index.ts`],
            '@stackgate/client/entitlements': [`${source}/entitlements/index.ts`],
            '@stackgate/client/server/express': [`${source}/server/express.ts`],
          },
        },
        include: ['*.ts'],
      }),
    )
    const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
      encoding: 'utf8',
    })
    const found = stdout.split('\n').flatMap((line) => {
      const at = /^\S*use\.ts\((\d+),/.exec(line)
      if (!at && /keys\.ts.*error TS/.test(line)) throw new Error(line)
      return at ? [Number(at[1])] : []
    })
    const first = start.length + good.length + 1
    expect([...new Set(found)]).toEqual(wrong.map((_, index) => first + index))
  })

  it('are constants in Python, one for each code', () => {
    for (const name of CATALOGS) {
      const { features, plans, packages } = readCatalogFile(name)
      const text = writeCatalogKeys(readCatalogFile(name), 'python')
      const constants = [...text.matchAll(/^([A-Z_0-9]+): Final = "(.*)"$/gm)]
      const codes = [...features, ...plans, ...packages].map(({ code }) => code)
      expect(constants.map(([, , code]) => code).slice(0, codes.length)).toEqual(codes)
      expect(new Set(constants.map(([, constant]) => constant)).size).toBe(constants.length)
    }
  })

  itUnless(withoutGo())('are constants in Go, as its formatter writes them, and a wrong one is found', () => {
    const project = join(folder, 'go')
    mkdirSync(join(project, 'keys'), { recursive: true })
    writeFileSync(join(project, 'go.mod'), 'module example.com/case\n\ngo 1.22\n')
    const definition = readCatalogFile('ai-platform')
    writeFileSync(join(project, 'keys/keys.go'), writeCatalogKeys(definition, 'go'))
    const use = (constant: string) =>
      writeFileSync(
        join(project, 'main.go'),
        `package main\n\nimport "example.com/case/keys"\n\nfunc main() { println(keys.${constant}) }\n`,
      )
    const go = (...args: readonly string[]) => spawnSync(args[0]!, args.slice(1), { cwd: project, encoding: 'utf8' })
    expect(go('gofmt', '-l', 'keys')).toMatchObject({ status: 0, stdout: '' })
    use('FeatureAiCredits')
    expect(go('go', 'vet', './...')).toMatchObject({ status: 0, stderr: '' })
    use('FeatureAiCredit')
    expect(go('go', 'vet', './...').stderr).toMatch(/undefined: keys\.FeatureAiCredit\b/)
  })

  it('have a name of their own for codes that differ by their dashes only, and no text ends a comment', () => {
    const { features, ...rest } = readCatalogFile('agileforge')
    const named = ['a-b-2', 'a-b', 'a_b', '3d_exports'].map((code) => ({
      ...features[0]!,
      code,
      name: 'Ends */ with """ and \\ and\na line',
      properties: [],
    }))
    const definition = { ...rest, features: named }
    expect(writeCatalogKeys(definition, 'go')).toMatch(
      /FeatureAB2 = "a-b-2"[^]*FeatureAB = "a-b"[^]*FeatureAB3 = "a_b"[^]*Feature3dExports = /,
    )
    const python = writeCatalogKeys(definition, 'python')
    expect(python.match(/^FEATURE_\w+/gm)).toEqual([
      'FEATURE_A_B_2',
      'FEATURE_A_B',
      'FEATURE_A_B_3',
      'FEATURE_3D_EXPORTS',
    ])
    expect(python.split('"""').length % 2).toBe(1)
    expect(writeCatalogKeys(definition, 'typescript').match(/\*\//g)).toHaveLength(named.length + 1)
  })

  it('are written only if they changed, and compared with --check', () => {
    copyFileSync('catalogs/agileforge.yaml', join(folder, 'own.yaml'))
    const out = 'stackgate-keys.ts'
    expect(run('./own.yaml', '--out', out, '--check')).toMatchObject({ status: 1 })
    expect(run('./own.yaml', '--out', out)).toMatchObject({ status: 0, stdout: `${out} written\n` })
    expect(run('./own.yaml', '--out', out)).toMatchObject({ status: 0, stdout: `${out} is current\n` })
    expect(run('./own.yaml', '--out', out, '--check')).toMatchObject({ status: 0, stdout: `${out} is current\n` })
    expect(readFileSync(join(folder, out), 'utf8')).toBe(run('./own.yaml').stdout)
    expect(run('./own.yaml', '--out', 'keys.rb').stderr).toContain('must end in .ts, .py or .go')
    expect(run('./own.yaml', '--watch').stderr).toContain('need --out')
    writeFileSync(join(folder, 'own.yaml'), 'business: x\n')
    expect(run('./own.yaml', '--out', out)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('own.yaml') as string,
    })
    expect(readFileSync(join(folder, out), 'utf8')).toContain('ai_stories')
  })

  it('are written again after a change of the catalog with --watch', async () => {
    const file = join(folder, 'watched.yaml')
    copyFileSync('catalogs/agileforge.yaml', file)
    const child = spawn(process.execPath, [CLI, 'types', file, '--out', 'watched.py', '--watch'], {
      cwd: folder,
      env: childEnvironment,
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const line = async () => String((await lines.next()).value)
    try {
      expect(await line()).toBe('watched.py written')
      await once(child.stderr, 'data')
      const text = readFileSync(file, 'utf8')
      writeFileSync(
        file,
        text.replace('  ai_stories: ', '  ai_stories : ').replace(/^plans:/m, 'plans : # changed\n  oops: 1'),
      )
      expect(await line()).toContain('watched.yaml')
      rmSync(file)
      expect(await line()).toContain('watched.yaml')
      writeFileSync(file, text.replaceAll('sso:', 'single_sign_on:'))
      for (let seen = ''; seen !== 'watched.py written';) seen = await line()
      expect(readFileSync(join(folder, 'watched.py'), 'utf8')).toContain(
        'FEATURE_SINGLE_SIGN_ON: Final = "single_sign_on"',
      )
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  })
})
