import { globSync, readFileSync } from 'node:fs'
import { Kind, OperationTypeNode, parse, print, type DefinitionNode } from 'graphql'
import type { Command } from 'commander'
import { createProgram } from '#cli/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly words: string
  readonly code: string
}

const PAGES = globSync('{README,CONTRIBUTING,docs/**/*,packages/*/README,examples/*/README}.md')
  .filter((path) => !/\/(?:decisions|requirements|node_modules|\.vitepress)\//.test(path))
  .toSorted()

const blocks = PAGES.flatMap((page) => {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```(\w*)[^\S\n]*(.*)\n([^]*?)^```$/gm)].map(
    ({ 1: language, 2: words, 3: code, index }): Block => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language: language!,
      words: words!,
      code: code!,
    }),
  )
})

/** Tests that run the blocks of a language on a page. Those of GraphQL, and the names of commands, are checked below. */
const RUN_BY: Readonly<Record<string, string>> = {
  'docs/catalog.md yaml': 'test/architecture/reference.test.ts',
  'docs/client-services.md ts': 'test/packages/publishing.test.ts',
  'docs/entitlements.md js': 'test/start/readme.test.ts',
  'docs/graphql.md http': 'test/api/edge/page-examples.test.ts',
  'docs/graphql.md ts': 'test/long/client-tools.test.ts',
  'docs/graphql.md python': 'test/long/client-tools.test.ts',
  'docs/iframe.md js': 'test/packages/iframe/sites.ts',
  'docs/integrations.md js': 'test/start/recipes.test.ts',
  'docs/live.md ts': 'test/api/edge/live-clients.test.ts',
  'docs/recipes.md ts': 'test/start/recipes.test.ts',
  'docs/recipes.md bash': 'test/start/recipes.test.ts',
  'docs/tutorial.md bash': 'test/start/readme.test.ts',
  'docs/tutorials/agileforge.md bash': 'test/start/tutorials.test.ts',
  'docs/tutorials/attribution.md bash': 'test/start/tutorials.test.ts',
  'docs/tutorials/communities.md bash': 'test/start/tutorials.test.ts',
  'docs/tutorials/marketplace.md bash': 'test/start/tutorials.test.ts',
  'packages/client/README.md ts': 'test/long/package-apps.test.ts',
  'packages/iframe/README.md ts': 'test/support/documented-examples.ts',
  'packages/react/README.md tsx': 'test/long/package-apps.test.ts',
  'packages/sandbox/README.md js': 'test/long/sandbox-package.test.ts',
}

describe('Samples of the pages', () => {
  it('are run by the tests that are named here [IN49]', () => {
    const found = new Set(blocks.map((each) => `${each.page} ${each.language}`))
    expect(Object.keys(RUN_BY).filter((each) => !found.has(each))).toEqual([])
    const tests = Object.entries(RUN_BY).filter(
      ([each, path]) => !readFileSync(path, 'utf8').includes(nameOf(each.split(' ')[0]!)),
    )
    expect(tests).toEqual([])
  })

  describe('GraphQL', () => {
    let server: TestServer
    let token: string
    beforeAll(async () => {
      server = await startTestServer()
      token = await server.token('ops@example.com', { roles: ['admin'] })
    })
    afterAll(() => server.close())

    // Those with a caller are run by page-examples.test.ts.
    const documents = blocks.filter(({ language, words }) => language === 'graphql' && words === '')
    it.each(documents.map((block) => [block.page, block.line, block.code] as const))(
      'in %s at line %d are valid, and queries return data [IN49]',
      async (_page, _line, code) => {
        for (const definition of parse(code).definitions) {
          const { errors = [] } = await send(print(definition))
          expect(errors.filter(({ extensions }) => isWrong(definition, extensions.code))).toEqual([])
        }
      },
    )

    async function send(query: string) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      })
      return (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] }
    }
  })

  describe('Commands', () => {
    const program = createProgram({ env: {}, setExitCode: () => undefined })
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const shells = blocks.filter(({ language }) => ['sh', 'bash', ''].includes(language))

    it('name commands and options that exist [IN49]', () => {
      const problems = shells.flatMap((block) =>
        stackgateCalls(block.code).flatMap((words) => {
          const problem = problemOf(program, words)
          return problem === null ? [] : [`${block.page}:${block.line}: stackgate ${words.join(' ')}: ${problem}`]
        }),
      )
      expect(problems).toEqual([])
    })

    it('name the packed files of this version [IN49]', () => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
      const named = PAGES.flatMap((page) =>
        [...readFileSync(page, 'utf8').matchAll(/stackgate(?:-\w+)?-(\d[^\s/`]*)\.tgz/g)].map(([file, found]) => ({
          page,
          file,
          found,
        })),
      )
      expect(named.length).toBeGreaterThan(5)
      expect(named.filter(({ found }) => found !== version)).toEqual([])
    })

    it('name scripts that exist [IN49]', () => {
      const missing = shells.flatMap(({ page, line, code }) =>
        [...code.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)]
          .map(([, name]) => name!)
          // Applications of the reader have scripts of their own.
          .filter((name) => !(name in scripts) && !/^(?:packages|examples)\//.test(page))
          .map((name) => `${page}:${line}: npm run ${name}`),
      )
      expect(missing).toEqual([])
    })
  })
})

/** Text by which a test names a page. */
const nameOf = (page: string): string =>
  /^docs\/tutorials\/(\w+)\.md$/.exec(page)?.[1] ?? page.replace(/^(?:docs|packages)\//, '').replace(/README\.md$/, '')

/** IDs of the samples do not exist, and a subscription is only validated over HTTP. */
function isWrong(definition: DefinitionNode, code: string): boolean {
  const isQuery = definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.QUERY
  return code.startsWith('GRAPHQL_') || (isQuery && !['NOT_FOUND', 'BAD_USER_INPUT'].includes(code))
}

const COMMANDS_BY_SCRIPT = ['token', 'catalog', 'invariants', 'db', 'doctor', 'secrets']

/** The words after `stackgate` of each call in a script. */
function stackgateCalls(code: string): string[][] {
  return code.split('\n').flatMap((line) => {
    const text = line.replace(/(^|\s)#.*$/, '')
    const direct = /(?:npx |^|\()stackgate((?: [^|<>)]+)?)/.exec(text)
    const script = /npm run (?:-s )?(\w+)(?: -- ([^|)]*))?/.exec(text)
    if (script && COMMANDS_BY_SCRIPT.includes(script[1]!)) return [[script[1]!, ...wordsOf(script[2] ?? '')]]
    return direct ? [wordsOf(direct[1]!)] : []
  })
}

const wordsOf = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean)

/** Follows the words through the commands. Null if every command and option exists. */
function problemOf(program: Command, words: readonly string[]): string | null {
  let command = program
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word)
    if (next) command = next
    else if (word.startsWith('--')) {
      const name = word.split('=')[0]!
      const options = [...command.options, ...(command.parent?.options ?? [])]
      if (name !== '--help' && !options.some(({ long }) => long === name)) return `there is no option ${name}`
    } else if (command.commands.length > 0 && command !== program) return `there is no command ${word}`
    else if (command === program) return `there is no command ${word}`
  }
  return null
}
