/** Packages of other publishers that the wrappers meter. Users of the server do not install them. */
export const AI_SDKS = 'test/support/ai-sdks'

/** A page with examples. */
export interface DocumentedPage {
  /** Modules whose exports the examples use without an import. */
  readonly modules: readonly string[]
  /** Folder of `installTools` with packages that the examples import. */
  readonly tools?: string
  /** Names that belong to the application of the reader. */
  readonly declarations: string
}

export const PAGES: Readonly<Record<string, DocumentedPage>> = {
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
      const variables: { input: { plan: string } }
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
      const stackgate: import('@stackgate/client/server').Stackgate
      const user: { id: string; email: string }
      const redirect: (url: string | null) => void
      const sessionOf: (request: object) => { customer: string } | null
      const app: { get(path: string, ...handlers: unknown[]): void }
      const writeStory: () => void
      const entitlements: import('@stackgate/client/entitlements').Entitlements
      const write: (consumption: unknown) => Promise<void>
      const show: (message: string, remedies: unknown) => void
      const queueAgain: (id: string) => void
      const notify: (feature: string, threshold: number) => void
      const callModel: () => Promise<{ text: string; inputTokens: number; outputTokens: number }>
      const log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }`,
  },
  'docs/ai-sdks.md': {
    modules: [],
    tools: AI_SDKS,
    declarations: `
      const entitlements: import('@stackgate/client/entitlements').Entitlements
      const metering: import('@stackgate/client/ai/vercel').AiMetering
      const model: import('@ai-sdk/provider').LanguageModelV4
      const user: { id: string }
      const question: string
      const log: (...given: unknown[]) => void
      const show: (...given: unknown[]) => void
      const find: (text: string) => Promise<string>
      const server: import('@modelcontextprotocol/server').McpServer
      const searchInput: import('zod').ZodObject<{ text: import('zod').ZodString }>`,
  },
  'docs/tutorials/beside-your-own-stripe.md': {
    modules: [],
    declarations: `
      interface AppRequest { readonly body: Buffer; get(header: string): string | undefined }
      type Handler = (request: AppRequest, response: { sendStatus(status: number): void }) => Promise<void>
      const app: { post(path: string, parser: unknown, handler: Handler): void }
      const express: { raw(options: object): unknown; json(): unknown }
      const stripe: import('stripe').Stripe
      const webhookSecret: string
      const planOf: (price: import('stripe').Stripe.Price) => string
      const customerOf: (request: AppRequest) => string`,
  },
  'docs/tutorials/gate-a-feature.md': {
    modules: [],
    declarations: `
      const redirect: (url: string | null) => void
      const jobId: string
      const writeReport: (remaining: unknown) => void
      const show: (...given: unknown[]) => void`,
  },
  'packages/iframe/README.md': {
    modules: [],
    declarations: `
      const queryClient: { invalidateQueries(filters: object): Promise<void> }
      const show: (text: string) => void
      const confirmCheckout: (providerReference: string) => Promise<string>
      const startSubscription: (input: object) => Promise<{ url: string }>
      const button: HTMLButtonElement
      interface ImportMeta { readonly env: Record<string, string> }`,
  },
  'packages/react/README.md': {
    modules: [
      '@stackgate/react',
      '@stackgate/react/account',
      '@stackgate/react/logs',
      '@stackgate/react/hooks',
      '@stackgate/client/documents',
    ],
    declarations: `
      const session: { accessToken(): string }
      const account: string, communityId: string, hash: string, id: string, templateId: string, from: string
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
export function examplesOf(text: string): string[] {
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
export function moduleOf(
  { modules }: DocumentedPage,
  exported: Readonly<Record<string, readonly string[]>>,
  example: string,
): string {
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
