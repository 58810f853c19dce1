import { globSync, readFileSync } from 'node:fs'

/** A block of code on a page. */
export interface SampleBlock {
  readonly page: string
  readonly line: number
  readonly language: string
  /** Words after the language, such as `as=user`. */
  readonly words: string
  readonly code: string
}

/** Pages for users. Decisions describe the project. */
export const samplePages = (): string[] =>
  globSync('{README,CONTRIBUTING,SECURITY,docs/**/*,packages/*/README,examples/*/README}.md')
    .filter((path) => !/\/(?:decisions|node_modules|\.vitepress)\//.test(path))
    .toSorted()

export const blocksOf = (page: string): SampleBlock[] => readBlocks(page, readFileSync(page, 'utf8'))

/** Also blocks within lists, which are indented. */
export const readBlocks = (page: string, text: string): SampleBlock[] =>
  [...text.matchAll(/^([^\S\n]*)(`{3,}|~{3,})(\S*)[^\S\n]*(.*)\n([^]*?)^\1\2$/gm)].map(
    ({ 3: language, 4: words, 5: code, index }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language: language!,
      words: words!.trim(),
      code: code!,
    }),
  )

export const isShell = ({ language, words }: SampleBlock): boolean =>
  ['sh', 'bash', 'console'].includes(language) && words !== 'run'

/** The commands of a block for a shell, without comments; settings in a file of settings are commands of their own. */
export const commandsIn = (code: string): string[] =>
  code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter(Boolean)
