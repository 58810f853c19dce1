/** Sentences of charts. */
export const chartWords = {
  name: (name: string) => `${name}. The arrow keys read its points, and the table has all values.`,
  total: 'Total',
  others: 'Others',
  asTable: 'Show as a table',
}
