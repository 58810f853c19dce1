import { translated } from '../translated.js'

/** Sentences about what proves the data of an account. */
export const proofWords = translated('proofWords', {
  title: 'Proof of your data',
  text: 'Every entry of your ledger is chained to the one before it, and the server signs all chains once a day.',
  statement: 'Statement',
  statementText: 'Your ledger entries with what proves them. It can be verified without this server.',
  from: 'From',
  download: 'Download the statement',
  fileName: (day: string) => `statement-from-${day}.json`,
  saved: (count: string, until: string) => `The statement has ${count} entries, proven until ${until}.`,
  verify: 'Verify it on any machine',
  command: (file: string, key: string, account: string) =>
    `npx --no stackgate verify ${file} --key '${key}' --account ${account}`,
  rules: 'Rules',
  rulesText: 'Consistency checks of the data of this account, for example that no more is used than was granted.',
  check: 'Check the rules now',
  allHold: (count: string) => `All ${count} rules hold.`,
  broken: (count: string) => `${count} rules do not hold. Contact the operator of this server.`,
  showRules: 'Show the rules',
  checked: (count: string) => `${count} checked`,
  failed: 'This is not possible now.',
})
