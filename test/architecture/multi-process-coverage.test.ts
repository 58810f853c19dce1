import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Scenarios that do not run with two servers, each with the reason. */
const ONLY_ALONE: Record<string, string> = {
  'fresh-start': 'starts and forgets a server of its own, by npm start',
  'scheduled-changes': 'stops its only server and calls the sweeper and the reconciliation of that process',
  'switch-provider':
    'not tried with two servers yet: it looks at moments to the second on the one that moved the clock',
  'joined-streams': 'restarts its server itself; its long form runs with two processes',
  'executable-remedies': 'takes minutes: a program buys everything in each of the four catalogs',
  'remedies-in-every-state': 'takes minutes: persons in every state act in each of the catalogs',
  'remedies-without-purchase': 'takes minutes: a program acts in each of the four catalogs',
  'unpaid-use': 'takes minutes: an account lives in each of the cases of a table',
  'scheduled-prices': 'pushes a catalog and moves the clock of the only server',
  'ai-platform': 'not tried with two servers yet',
  'valid-lives': 'checks the invariants of the server that moved the clock after each act',
  'granted-units': 'buys at moments to the second on the server that moved the clock',
  'faults-of-the-field': 'not tried with two servers yet',
  browser: 'about pages in a browser, which one process serves like another',
  'tutorial-customer': 'about pages in a browser, which one process serves like another',
}

describe('Scenarios', () => {
  it('run in multi-process mode or state the reason why not', () => {
    const stories = globSync('test/scenarios/*.test.ts').map((path) => basename(path, '.test.ts'))
    const storiesOf = (path: string) =>
      [...readFileSync(path, 'utf8').matchAll(/'([\w-]+)'/g)].flatMap(([, name]) =>
        stories.includes(name!) ? [name!] : [],
      )
    const again = storiesOf('test/long/multi-process.test.ts')
    // One of them is part of each run: the one with the most kinds of connections.
    const sample = globSync('test/scenarios/multi-process/*.test.ts').flatMap(storiesOf)
    expect(sample).toEqual(['first-day'])
    expect(again).toEqual(expect.arrayContaining(sample))
    expect([...again, ...Object.keys(ONLY_ALONE)].toSorted()).toEqual(stories.toSorted())
    expect(again.length).toBeGreaterThan(8)
  })
})
