import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const files = globSync('test/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

describe('tests', () => {
  it('state the reason if skipped: itUnless and describeUnless require it', () => {
    const skipping = files
      .filter(({ text }) => /\b(it|test|describe)\.(skip|todo)\b/.test(text))
      .map(({ path }) => path)
    expect(skipping).toEqual(['test/support/skip.ts'])
  })

  it('run all cases of their samples by `npm run test:long -- sampled`', async () => {
    const module = pathToFileURL(join(process.cwd(), 'test/support/sampled-files.mjs')).href
    const { allSampledFiles } = (await import(module)) as { allSampledFiles: () => string[] }
    const importing = (name: string) =>
      files.filter(({ text }) => text.includes(`/${name}.js'`)).map(({ path }) => path)
    const isTest = (path: string) => path.endsWith('.test.ts')
    const helpers = importing('sample').filter((path) => !isTest(path))
    const sampled = ['sample', ...helpers.map((path) => basename(path, '.ts'))].flatMap(importing).filter(isTest)
    expect(sampled.length).toBeGreaterThan(10)
    const complete = new Set([...allSampledFiles(), ...globSync('test/long/*.test.ts')])
    expect(sampled.filter((path) => !complete.has(path))).toEqual([])
  })

  it('have no own time limit below the common one, for slow machines', () => {
    const milliseconds = (text: string | undefined) => Number(text!.replaceAll('_', ''))
    const limit = milliseconds(/testTimeout: ([\d_]+)/.exec(readFileSync('jest.config.mjs', 'utf8'))![1])
    const short = files.flatMap(({ path, text }) =>
      [...text.matchAll(/^ {0,4}\}, ([\d_]{4,})\)$/gm)]
        .filter(([, limitOfOne]) => milliseconds(limitOfOne) < limit)
        .map(([line]) => `${path}: ${line.trim()}`),
    )
    expect(short).toEqual([])
  })

  // Limits of `eventually`, jest, browsers and servers grow with the load of the machine; `patientNow` measures so.
  it.each([
    [
      'a deadline of the wall clock',
      /(?:Date|performance)\.now\(\) (?:[<>]=?|\+ [A-Z_]+_MS\b)|(?:deadline|end|limit|until) = (?:Date|performance)\.now\(\) \+/,
    ],
    ['a maximum of a measured time', /expect\((?:Date|performance)\.now\(\) - \w+\)\.toBeLessThan/],
    ['an own limit of a page or a program', /\btimeout: \d[\d_]{3,}/],
    ['a process that holds the output of the run open', /\bstdio: (?:'inherit'|\[[^\]]*'inherit')/],
  ])('do not depend on the load of the machine: %s', (_, form) => {
    const found = files
      .filter(({ path }) => !path.startsWith('test/long/'))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .filter((line) => form.test(line))
          .map((line) => `${path}: ${line.trim()}`),
      )
    expect(found).toEqual([])
  })
})
