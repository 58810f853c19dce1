/** Sentences of consumptions and their amendments. */
export const amendmentWords = {
  title: 'Consumptions',
  none: 'Nothing was consumed yet.',
  columns: {
    at: 'Time',
    feature: 'Feature',
    used: 'Units',
    counts: 'Still count',
    amendments: 'Amendments',
  },
  amendment: (units: string, reason: string) => `${units} returned: ${reason}`,
  amend: 'Amend',
  dialogTitle: 'Amend a consumption',
  effect: (units: string) =>
    `${units} units count. An amendment returns units to where they came from. The consumption stays in the ledger.`,
  amount: 'Units that still count',
  amountHint: '0 returns all of them.',
  preview: 'Effect',
  returned: (units: string) => `${units} units are returned.`,
  to: (units: string, source: string) => `${units} to ${source}`,
  lost: (units: string) => `${units} of them cannot be used, because their grant has expired or was revoked.`,
  debtReduced: (units: string) => `${units} of them reduce the debt of the feature.`,
  invoice: {
    NONE: 'No invoice depends on this usage.',
    NOT_REPORTED: 'The usage was not reported to the payment provider. The next report has only what remains.',
    NEXT_REPORT:
      'The usage was reported to the payment provider. The units are subtracted from the next report, which can belong to a later invoice.',
  },
  enter: 'Enter a smaller number of units to see the effect.',
  confirm: 'Amend the consumption',
  done: (returned: string, remaining: string) => `${returned} units were returned, and ${remaining} still count.`,
} as const
