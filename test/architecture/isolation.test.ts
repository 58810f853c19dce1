import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'
import { globSync, readFileSync } from 'node:fs'

const SOURCES = globSync('src/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/**
 * Files of each periodic job that process rows of several accounts one by one, or the reason for which an error of one row
 * cannot delay the others.
 */
const JOBS: Readonly<Record<string, { readonly files: readonly string[] } | { readonly reason: string }>> = {
  analytics: { reason: 'after an error, start-aggregation.ts counts each account of a batch alone' },
  categories: { reason: 'reads one list of another service' },
  'checkout intents': { files: ['src/services/billing/checkout/sweep-intents.ts'] },
  commands: { files: ['src/services/deployments/commands/sweep-commands.ts'] },
  'compose presence': { files: ['src/services/deployments/compose/watch-compose.ts'] },
  expiry: { files: ['src/services/deployments/commands/sweep-commands.ts'] },
  installs: { reason: 'two statements, which add numbers' },
  invariants: { reason: 'after an error, check-in-background.ts checks each account of a part alone' },
  'ledger chain': { files: ['src/services/entitlements/ledger-chain/chain-new-entries.ts'] },
  nonces: { reason: 'one statement, which deletes' },
  offers: { reason: 'reads one list of another service' },
  outages: { files: ['src/services/deployments/outages/alert-outages.ts'] },
  presence: { files: ['src/services/deployments/presence/watch-presence.ts'] },
  'price feeds': { reason: 'reads no rows of accounts' },
  rates: { reason: 'one statement, which deletes' },
  reconciliation: { files: ['src/services/billing/reconciliation/schedule.ts'] },
  'reconciliation report': { reason: 'one report of a day' },
  retention: { reason: 'an error of one rule is logged, and the next rule runs' },
  'subscription changes': {
    files: [
      'src/services/billing/subscriptions/changes/sweep-changes.ts',
      'src/services/billing/subscriptions/reopened-subscription.ts',
    ],
  },
  'usage reports': {
    files: [
      'src/services/billing/overage/report-usage.ts',
      'src/services/billing/overage/collect-usage.ts',
      'src/services/billing/overage/send-usage.ts',
      'src/services/billing/model/collect-overage.ts',
    ],
  },
}

describe('Isolation of accounts in background work', () => {
  it('is stated for every periodic job', () => {
    const names = SOURCES.flatMap(({ text }) =>
      [...text.matchAll(/runPeriodically\(\s*context,\s*[\w.]+,\s*'([^']+)'/g)].map(([, name]) => name!),
    )
    const calls = SOURCES.flatMap(({ text }) => [...text.matchAll(/(?<!const )runPeriodically\(/g)])
    expect(names.length).toBe(calls.length)
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(JOBS).toSorted())
  })

  it.each(Object.entries(JOBS).flatMap(([job, how]) => ('files' in how ? how.files.map((path) => [job, path]) : [])))(
    'holds for %s: %s processes rows separately, and awaits in no other loop',
    (_job, path) => {
      const text = readFileSync(path, 'utf8')
      expect(text).toMatch(/\b(?:forEachSeparately|sweepAll|batchOrEach)\(/)
      const loops = [...text.matchAll(/\bfor (?:await )?\([^\n]*\)(?: \{\n(?:.*\n)*?\s*\}| [^{\n]*\n?[^\n]*)/g)].map(
        ([loop]) => loop,
      )
      // Pages of rows are read one after another: without the next page there are no rows.
      const isPaging = (loop: string) => /await \w+\.rows\(/.test(loop) && /yield/.test(loop)
      const isOfOneAccount = (loop: string) =>
        loop.includes('of ended)') ||
        loop.includes('of invoices)') ||
        loop.includes('untilDone') ||
        loop.includes('batch()')
      expect(loops.filter((loop) => /\bawait\b/.test(loop) && !isPaging(loop) && !isOfOneAccount(loop))).toEqual([])
    },
  )

  it('is the work of the claim loop for every queue', () => {
    // `test/api/kernel/claim-loop.test.ts` proves it for the loop.
    const calls = SOURCES.flatMap(({ text }) => [
      ...text.matchAll(/(?<!function )\bstartClaimLoop<[^]*?\bname: '(\w+)'/g),
    ])
    const leased = ALL_QUEUES.filter((queue) => queue.leased).map(({ name }) => name)
    expect(calls.map(([, name]) => name!).toSorted()).toEqual(leased.toSorted())
  })
})
