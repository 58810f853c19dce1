import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

interface Page {
  /** Modules whose exports the examples use without an import. */
  readonly modules: readonly string[]
  /** Names that belong to the application of the reader. */
  readonly declarations: string
}

const PAGES: Readonly<Record<string, Page>> = {
  'packages/client/README.md': {
    modules: ['@stackgate/client', '@stackgate/client/documents'],
    declarations: `
      const stackgate: import('@stackgate/client').Stackgate
      const signal: AbortSignal
      const after: string
      const error: unknown
      const denial: import('@stackgate/client').Denial
      const response: Response
      const button: HTMLButtonElement
      const input: { plan: string; idempotencyKey: string }
      const show: (value: unknown) => void
      const apply: (value: unknown) => void
      const badge: (value: unknown) => void
      const repeat: (value?: unknown) => void
      const readAgain: () => Promise<string>
      const url: string, key: string, accountId: string, jobId: string, secret: string, nextSecret: string
      const rawBody: Uint8Array
      const request: { headers: Record<string, string> }
      const notify: (feature: string, threshold: number) => void`,
  },
  'docs/client-services.md': {
    modules: [],
    declarations: `
      const jobId: string
      const rawBody: Uint8Array
      const request: { headers: Record<string, string> }
      const entitlements: import('@stackgate/client/entitlements').Entitlements
      const write: (consumption: unknown) => Promise<void>
      const show: (message: string, remedies: unknown) => void
      const queueAgain: (id: string) => void
      const notify: (feature: string, threshold: number) => void
      const log: { warn(fields: object, message: string): void }`,
  },
  'packages/iframe/README.md': {
    modules: [],
    declarations: `
      const queryClient: { invalidateQueries(filters: object): Promise<void> }
      const show: (text: string) => void
      const confirmCheckout: (sessionId: string) => Promise<string>
      const startSubscription: (input: object) => Promise<{ url: string }>
      const button: HTMLButtonElement
      interface ImportMeta { readonly env: Record<string, string> }`,
  },
  'packages/react/README.md': {
    modules: ['@stackgate/react', '@stackgate/react/logs', '@stackgate/client/documents'],
    declarations: `
      const session: { accessToken(): string }
      const communityId: string, hash: string, id: string, templateId: string, from: string
      const notify: (text: string) => void
      const signIn: (plan: unknown) => void
      const close: () => void
      const denial: import('@stackgate/client').Denial
      const deployment: { hash: string }
      const callback: import('@stackgate/iframe').BillingCallback
      const gate: import('@stackgate/react').Gate<string, unknown>
      const deploy: ReturnType<typeof import('@stackgate/react').useDeploy>`,
  },
}

const codeOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)
/** Sentences of a table also name members, such as `data.plan`. */
const isMember = (code: string): boolean => /^\w+\.[\w.]+(?:\(.*\))?$/.test(code)
/** Members are those of data that have arrived. */
const present = (code: string): string => code.replace(/^(\w+)\./, '$1!.')

/** The blocks of a page, and the code in its tables of hooks and components. */
function examplesOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```tsx?(?: run)?\n([^]*?)^```/gm)].map(([, code]) => code!)
  const cells = [...text.matchAll(/^\| `.*\|(.*)\|$/gm)].map(([, cell]) => codeOf(cell!))
  const hooks = cells
    .filter(([first]) => /\buse[A-Z]\w+\(/.test(first ?? ''))
    .map(
      ([first, ...others]) =>
        `export function Example() {\n${first}\n${others.filter(isMember).map(present).join('\n')}\nreturn null }`,
    )
  const parts = cells.flat().filter((code) => code.startsWith('<'))
  return [...blocks, ...hooks, ...parts.map((code) => `export const Example = () => ${code}`)]
}

/** An example as a module. Names that it neither declares nor imports are imported. */
function moduleOf({ modules }: Page, exported: Readonly<Record<string, readonly string[]>>, example: string): string {
  const code = example.replace(/^(for await .*\)) …$/gm, '$1 {}').replaceAll('=> …', '=> null')
  const own = new Set(
    [...code.matchAll(/\bimport (?:type )?\{([^}]*)\}|\b(?:const|function|let) (\w+)/g)].flatMap(
      ([, list = '', name]) => [...list.split(',').map((each) => each.trim()), name],
    ),
  )
  const imports = modules.map((module) => {
    const names = exported[module]!.filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !own.has(name))
    for (const name of names) own.add(name)
    return names.length > 0 ? `import { ${names.join(', ')} } from '${module}'\n` : ''
  })
  return `${imports.join('')}${code}\nexport {}\n`
}

const CONFIG = {
  extends: '../../packages/react/tsconfig.json',
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
async function problemsOf(path: string, page: Page): Promise<string> {
  const exported = Object.fromEntries(
    await Promise.all(page.modules.map(async (name) => [name, Object.keys((await import(name)) as object)] as const)),
  )
  const examples = examplesOf(readFileSync(path, 'utf8'))
  expect(examples.length).toBeGreaterThan(1)
  // Within the repository, so that the packages are found.
  const folder = mkdtempSync('node_modules/.documentation-')
  try {
    for (const [index, example] of examples.entries())
      writeFileSync(join(folder, `example-${index}.tsx`), moduleOf(page, exported, example))
    writeFileSync(join(folder, 'page.d.ts'), `declare global {${page.declarations}\n}\nexport {}\n`)
    writeFileSync(join(folder, 'css.d.ts'), `declare module '*.css'\n`)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG))
    const compile = ['node_modules/typescript/bin/tsc', '-p', folder, '--pretty', 'false']
    const { stdout } = await promisify(execFile)(process.execPath, compile).catch((error: { stdout: string }) => error)
    return stdout.replaceAll(
      /node_modules\/\.documentation-\w+\/example-(\d+)\.tsx/g,
      (_, index: string) => `${path}: ${examples[Number(index)]!}`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('The examples of the packages', () => {
  it.each(Object.entries(PAGES))('in %s compile with the types of the packages [CL31]', async (path, page) => {
    expect(await problemsOf(path, page)).toBe('')
  })
})
