import { globSync, readFileSync } from 'node:fs'

const files = globSync('test/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

describe('The tests', () => {
  it('name the reason when they are skipped: itUnless and describeUnless do it (DF-0.9)', () => {
    const skipping = files
      .filter(({ text }) => /\b(it|test|describe)\.(skip|todo)\b/.test(text))
      .map(({ path }) => path)
    expect(skipping).toEqual(['test/support/skip.ts'])
  })

  it('have no time limit below the one of all tests: a slow machine must pass, too (DF-0.9)', () => {
    const milliseconds = (text: string | undefined) => Number(text!.replaceAll('_', ''))
    const limit = milliseconds(/testTimeout: ([\d_]+)/.exec(readFileSync('jest.config.mjs', 'utf8'))![1])
    const short = files.flatMap(({ path, text }) =>
      [...text.matchAll(/^ {0,4}\}, ([\d_]{4,})\)$/gm)]
        .filter(([, limitOfOne]) => milliseconds(limitOfOne) < limit)
        .map(([line]) => `${path}: ${line.trim()}`),
    )
    expect(short).toEqual([])
  })
})
