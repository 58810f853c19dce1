import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allOperations } from '#modules/all-declarations.js'
import { writeCatalogKeys } from '#services/catalog/keys/catalog-keys.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { childEnvironment } from '../support/child-environment.js'
import { runTool } from '../support/install-tools.js'
import { installPythonPackage } from '../support/service-clients/python-package.js'
import { itUnless } from '../support/skip.js'

/** The checkers of types, whose newer versions can find more. */
const CHECKERS = ['mypy==2.4.1', 'pyright==1.1.408']
const reason = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status
  ? 'needs python3 (3.10)'
  : null

/** Declares the names that a block of a page uses and does not define, and prints the block behind them. */
const DECLARE = `
import builtins, symtable, sys
text = sys.stdin.read()
used = set()
def visit(table):
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced() or (table.get_type() == 'module' and symbol.is_referenced()):
            used.add(symbol.get_name())
    for child in table.get_children(): visit(child)
module = symtable.symtable(text, 'block', 'exec')
visit(module)
own = {s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
names = sorted(used - own - set(dir(builtins)))
print('from typing import Any')
for name in names: print(f'import {name}' if name in {'os', 'asyncio', 'json'} else f'{name}: Any = None')
print(text)
`

const SNAKE: Readonly<Record<string, string>> = {
  checkEntitlement: 'check',
  previewUsage: 'preview',
  commitReservation: 'commit',
  extendReservation: 'extend',
  releaseReservation: 'release',
}
const RESERVED = ['from', 'in', 'is', 'class', 'global', 'import']

/** A value of JSON as Python writes it. */
function literal(value: unknown): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${literal(member)}`)
    .join(', ')}}`
}

/** A call of each operation that the package has, with the body that a test sends to the server. */
function callsOfOperations(methods: ReadonlySet<string>): string {
  const calls = allOperations.flatMap(({ operationId, example }) => {
    const method = SNAKE[operationId] ?? operationId.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    if (!methods.has(method)) return []
    const given = Object.entries(example).map(
      ([name, value]) => `${RESERVED.includes(name) ? `${name}_` : name}=${literal(value)}`,
    )
    return [`    client.${method}(${given.join(', ')})\n`]
  })
  expect(calls.length).toBeGreaterThan(25)
  const nulls = [
    'client.upsert_account(account_id="customer:42", billing_email=None, metadata=None)',
    'client.upsert_account(account_id="customer:42", metadata={"tier": "gold", "old": None}, name="")',
  ]
  return `from stackgate import Stackgate\n\n\ndef call(client: Stackgate) -> None:\n${calls.join('')}    ${nulls.join('\n    ')}\n`
}

/** `npm run test:long -- python-types`: what the pages show in Python, and a call of each operation, pass the checkers of types. */
describe('types of the Python package', () => {
  itUnless(reason)('are right for each block of the documentation and for each operation', async () => {
    const environment = await installPythonPackage()
    const folder = mkdtempSync(join(tmpdir(), 'python-types-'))
    const python = join(environment, 'bin/python')
    const installed = await runTool(python, ['-m', 'pip', 'install', '--quiet', ...CHECKERS], { cwd: folder })
    if (installed.code !== 0) throw new Error(installed.output)
    let blocks = 0
    const pages = ['packages/python/README.md', ...globSync('docs/**/*.md')].filter(
      (page) => !page.includes('node_modules'),
    )
    for (const page of pages)
      for (const [, block] of readFileSync(page, 'utf8').matchAll(/^```python[^\n]*\n(.*?)^```/gms)) {
        const { stdout, stderr, status } = spawnSync(python, ['-c', DECLARE], { input: block!, encoding: 'utf8' })
        if (status !== 0) throw new Error(`${page}: ${stderr}`)
        writeFileSync(join(folder, `block_${blocks++}.py`), `# ${page}\n${stdout}`)
      }
    expect(blocks).toBeGreaterThan(4)
    const methods = readFileSync('packages/python/src/stackgate/_operations.py', 'utf8').matchAll(
      /^ {4}def ([a-z]\w*)\(/gm,
    )
    writeFileSync(join(folder, 'operations.py'), callsOfOperations(new Set([...methods].map(([, name]) => name!))))
    writeFileSync(join(folder, 'keys.py'), writeCatalogKeys(readCatalogFile('ai-platform'), 'python'))
    writeFileSync(join(folder, 'example.py'), readFileSync('examples/python-client/main.py'))
    // Packages that a page imports are not installed.
    writeFileSync(join(folder, 'pyrightconfig.json'), '{ "reportMissingImports": false }')
    const options = { cwd: folder, env: { ...childEnvironment, PATH: `${environment}/bin:${process.env['PATH']}` } }
    // Functions of the pages have no annotations, as those of the reader: their bodies are checked nevertheless.
    const relaxed = [
      '--allow-untyped-defs',
      '--allow-untyped-decorators',
      '--check-untyped-defs',
      '--no-warn-return-any',
      '--allow-untyped-calls',
    ]
    const mypy = await runTool(python, ['-m', 'mypy', '--strict', ...relaxed, '--ignore-missing-imports', '.'], options)
    const pyright = await runTool(python, ['-m', 'pyright', '--pythonpath', python, '.'], options)
    const wrong = ['keys.FEATURE_AI_CREDIT', 'named("ai_credit")']
    writeFileSync(
      join(folder, 'wrong.py'),
      `import keys\n\n\ndef named(feature: keys.Feature) -> None:\n    pass\n\n\nnamed("ai_credits")\nnamed(keys.FEATURE_AI_CREDITS)\n${wrong.join('\n')}\n`,
    )
    const planted = await runTool(python, ['-m', 'mypy', '--strict', 'wrong.py'], options)
    rmSync(environment, { recursive: true })
    rmSync(folder, { recursive: true })
    expect([...planted.output.matchAll(/^wrong\.py:(\d+): error/gm)].map(([, line]) => line)).toEqual(['10', '11'])
    expect(mypy.output).toMatch(/^Success: no issues found in \d+ source files/m)
    expect(pyright.output).toMatch(/^0 errors/m)
  })
})
