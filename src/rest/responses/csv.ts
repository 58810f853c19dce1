import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyReply } from 'fastify'
import type { Table } from '#services/kernel/files/table.js'

/** An amount as a decimal, negative if it is a decrease. */
const AMOUNT = /^-?\d+(?:\.\d+)?$/

/** Sends a table as a CSV file, row by row. @param name name of the file without `.csv` */
export function sendCsv(reply: FastifyReply, name: string, { columns, rows }: Table): FastifyReply {
  const csv = stringify({
    header: true,
    columns: [...columns],
    // A name that begins like a formula must not become one; a negative number may.
    escape_formulas: true,
    cast: {
      number: (value) => ({ value: String(value), escape_formulas: false }),
      string: (value) => ({ value, escape_formulas: !AMOUNT.test(value) }),
    },
  })
  Readable.from(rows)
    .on('error', (error) => csv.destroy(error))
    .pipe(csv)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(csv)
}
