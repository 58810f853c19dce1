import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { createProgram } from '#cli/run-command.js'
import {
  blocksOf,
  commandsIn,
  isShell,
  readBlocks,
  samplePages,
  type SampleBlock,
} from '#test/support/sample-blocks.js'
import { BLOCK_RUNS, COMMAND_RUNS, EXAMPLE_PAGES, NOT_RUN, SHELL_RUNS } from '#test/support/sample-runs.js'

const PAGES = samplePages()
const blocks = PAGES.flatMap(blocksOf)
const runs = [...Object.entries(BLOCK_RUNS), ...Object.entries(SHELL_RUNS)]
const keyOf = ({ page, language }: SampleBlock): string => `${page} ${language}`

/** Why a block would not be run by any test. Null if a test runs it. */
function notRun(block: SampleBlock): string[] {
  const { page, language, words, code } = block
  if (language === 'mermaid') return [] // Drawings: diagrams.test.ts compares them with the code.
  if (/^(?:as=\w+|variables|response|output|run)$/.test(words) && !(keyOf(block) in BLOCK_RUNS))
    return EXAMPLE_PAGES.some(([name]) => name === page) ? [] : [`${words}: the page is none of EXAMPLE_PAGES`]
  if (['graphql', 'http'].includes(language)) return ['it names no caller (as=…)']
  if (!isShell(block)) return keyOf(block) in BLOCK_RUNS ? [] : [`no test of BLOCK_RUNS runs ${language || 'it'}`]
  if (keyOf(block) in SHELL_RUNS) return []
  const known = [...COMMAND_RUNS.map(([command]) => command), ...NOT_RUN.map(([command]) => command)]
  return commandsIn(code)
    .filter((command) => !known.some((each) => each.test(command)))
    .map((command) => `no test of COMMAND_RUNS runs ${command}`)
}

describe('Samples of the pages', () => {
  it('are all run by a test, or have a reason why not', () => {
    const problems = blocks.flatMap((block) => notRun(block).map((reason) => `${block.page}:${block.line}: ${reason}`))
    expect(problems).toEqual([])
  })

  it('would be found if no test ran them', () => {
    const found = readBlocks(
      'docs/new.md',
      '```sh\nnpm start   # a comment\nrm -rf /\n```\n- item\n\n  ```ts\n  f()\n  ```\n```graphql as=user\n{ a }\n```\n```\ntext\n```\n```graphql\n{ b }\n```\n',
    )
    expect(found.map(({ line }) => line)).toEqual([1, 7, 10, 13, 16])
    expect(found.flatMap(notRun)).toEqual([
      'no test of COMMAND_RUNS runs rm -rf /',
      'no test of BLOCK_RUNS runs ts',
      'as=user: the page is none of EXAMPLE_PAGES',
      'no test of BLOCK_RUNS runs it',
      'it names no caller (as=…)',
    ])
  })

  it('are run by the tests that are named, and each name is needed', () => {
    const named = [...runs.map(([, run]) => run), ...COMMAND_RUNS.map(([, run]) => run)]
    expect(named.filter(({ test, contains }) => !readFileSync(test, 'utf8').includes(contains))).toEqual([])
    const keys = new Set(blocks.map(keyOf))
    expect(runs.map(([key]) => key).filter((key) => !keys.has(key))).toEqual([])
    const commands = blocks
      .filter((block) => isShell(block) && !(keyOf(block) in SHELL_RUNS))
      .flatMap((block) => commandsIn(block.code))
    const listed = [...COMMAND_RUNS, ...NOT_RUN].map(([command]) => command)
    expect(listed.filter((command) => !commands.some((each) => command.test(each))).map(String)).toEqual([])
  })

  describe('Commands', () => {
    const program = createProgram({ env: {}, setExitCode: () => undefined })
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const shells = blocks.filter(({ language }) => ['sh', 'bash'].includes(language))

    it('name commands and options that exist', () => {
      const problems = shells.flatMap((block) =>
        stackgateCalls(block.code).flatMap((words) => {
          const problem = problemOf(program, words)
          return problem === null ? [] : [`${block.page}:${block.line}: stackgate ${words.join(' ')}: ${problem}`]
        }),
      )
      expect(problems).toEqual([])
    })

    it('name the packed files of this version', () => {
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

    it('name scripts that exist', () => {
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

const COMMANDS_BY_SCRIPT = ['token', 'catalog', 'invariants', 'db', 'doctor', 'secrets']

/** The words after `stackgate` of each call in a script. */
function stackgateCalls(code: string): string[][] {
  return code.split('\n').flatMap((line) => {
    const text = line.replace(/(^|\s)#.*$/, '')
    const direct = /(?:npx --no |npm run (?:-s )?|^|\()stackgate(?: --(?= ))?((?: [^|<>)]+)?)/.exec(text)
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
