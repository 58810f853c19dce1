import { existsSync, readFileSync } from 'node:fs'

const threats = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| .* \| .* \| `test\//.test(line))

describe('Threat model', () => {
  it('names a test for each threat in each row', () => {
    const [first = ''] = readFileSync('docs/security.md', 'utf8').split('\n## ')
    const rows = first.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Threat'))
    expect(rows).toEqual(threats)
    expect(threats.length).toBeGreaterThan(30)
  })

  it.each(threats.map((line) => line.split(' | ')))('%s', (_threat, _against, test = '') => {
    const [, path = '', name = ''] = /`(test\/[^`]+)` “([^”]+)”/.exec(test) ?? []
    expect([path, existsSync(path)]).toEqual([path, true])
    const tests = [
      ...readFileSync(path, 'utf8').matchAll(/\b(?:it|describe|name)(?:\.each\([^\n]*\))?(?:\(|:)\s*(['"`])(.*?)\1/gs),
    ]
    expect(tests.filter(([, , title]) => title!.includes(name))).not.toEqual([])
  })
})
