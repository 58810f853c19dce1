import { searchQuery } from '#services/kernel/text/search-words.js'

describe('search input', () => {
  it.each([
    ['word press', `'word':* & 'press':*`],
    ['  Node.js  ', `'node':* & 'js':*`],
    [`it's "quoted" & (bad) | !x:*`, `'it':* & 's':* & 'quoted':* & 'bad':* & 'x':*`],
    ['n8n', `'n8n':*`],
    ['Größe', `'größe':*`],
    ['', null],
    [' -- ', null],
    [null, null],
  ])('%j becomes %j', (typed, query) => {
    expect(searchQuery(typed)).toBe(query)
  })

  it('has a limited length', () => {
    expect(searchQuery('a '.repeat(500))!.split('&')).toHaveLength(10)
    expect(searchQuery('x'.repeat(5000))!.length).toBeLessThan(80)
  })
})
