import { translated } from '../translated.js'

/** Sentences of charts. */
export const chartWords = translated('chartWords', {
  name: (name: string) => `${name}. The arrow keys read its points, and the table has all values.`,
  total: 'Total',
  others: 'Others',
  asTable: 'Show as a table',
})
