import { translated } from '../translated.js'

/** Sentences about what proves the data of an account. */
export const proofWords = translated('proofWords', {
  title: 'Proof of your data',
  text: 'Every entry of your ledger is chained to the one before it, and the server signs all chains once a day.',
  rules: 'Rules',
  rulesText: 'Consistency checks of the data of this account, for example that no more is used than was granted.',
  check: 'Check the rules now',
  allHold: (count: string) => `All ${count} rules hold.`,
  broken: (count: string) => `${count} rules do not hold. Contact the operator of this server.`,
  showRules: 'Show the rules',
  checked: (count: string) => `${count} checked`,
  failed: 'This is not possible now.',
})
