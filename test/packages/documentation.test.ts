import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { examplesOf, moduleOf, PAGES, type DocumentedPage } from '#test/support/documented-examples.js'
import { installTools } from '#test/support/install-tools.js'

const CONFIG = {
  extends: resolve('packages/react/tsconfig.json'),
  compilerOptions: {
    module: 'esnext',
    moduleResolution: 'bundler',
    noUnusedLocals: false,
    noUncheckedIndexedAccess: false,
    incremental: false,
    tsBuildInfoFile: null,
    types: ['node'],
  },
  include: ['*'],
  exclude: [],
}

/** The examples of a page as a project. Returns what the compiler reports. */
async function problemsOf(path: string, page: DocumentedPage): Promise<string> {
  const exported = Object.fromEntries(
    await Promise.all(page.modules.map(async (name) => [name, Object.keys((await import(name)) as object)] as const)),
  )
  const examples = examplesOf(readFileSync(path, 'utf8'))
  expect(examples.length).toBeGreaterThan(0)
  // Within the repository, so that the packages are found.
  const folder = mkdtempSync(join(page.tools ? await installTools(page.tools) : 'node_modules', '.documentation-'))
  try {
    for (const [index, example] of examples.entries())
      writeFileSync(join(folder, `example-${index}.tsx`), moduleOf(page, exported, example))
    writeFileSync(join(folder, 'page.d.ts'), `declare global {${page.declarations}\n}\nexport {}\n`)
    writeFileSync(join(folder, 'css.d.ts'), `declare module '*.css'\n`)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG))
    const compile = ['node_modules/typescript/bin/tsc', '-p', folder, '--pretty', 'false']
    const { stdout } = await promisify(execFile)(process.execPath, compile).catch((error: { stdout: string }) => error)
    return stdout.replaceAll(
      /\S*\/\.documentation-\w+\/example-(\d+)\.tsx/g,
      (_, index: string) => `${path}: ${examples[Number(index)]!}`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Modules of Next.js that the example imports. The long tests install them. */
const NEXT = `
declare module 'next/server' { export const connection: () => Promise<void> }
declare module 'next/headers' { export const cookies: () => Promise<Map<string, { value: string }>> }
`

describe('The examples of the packages', () => {
  it('in examples/next compile with the types of the packages', async () => {
    const folder = mkdtempSync(join('node_modules', '.documentation-'))
    try {
      cpSync('examples/next/app', join(folder, 'app'), { recursive: true })
      writeFileSync(join(folder, 'next.d.ts'), NEXT)
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, include: ['app', '*.d.ts'] }))
      const compile = ['node_modules/typescript/bin/tsc', '-p', folder, '--pretty', 'false']
      const { stdout } = await promisify(execFile)(process.execPath, compile).catch(
        (error: { stdout: string }) => error,
      )
      expect(stdout).toBe('')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each(Object.entries(PAGES))('in %s compile with the types of the packages', async (path, page) => {
    expect(await problemsOf(path, page)).toBe('')
  })
})
