import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'

export interface DescribedColumn {
  readonly name: string
  /** OID of the type. */
  readonly type: number
  /** OID of the table whose column it is; 0 for an expression. */
  readonly table: number
  /** Number of the column in its table. */
  readonly column: number
}

export interface DescribedStatement {
  /** OIDs of the types of the parameters, by position. */
  readonly parameters: readonly number[]
  /** Empty for a statement that returns no rows. */
  readonly columns: readonly DescribedColumn[]
}

interface ProtocolConnection {
  parse(query: { name: string; text: string; types: number[] }): void
  describe(message: { type: 'S'; name: string }): void
  sync(): void
  on(event: string, listener: (message: never) => void): void
  off(event: string, listener: (message: never) => void): void
}

interface Field {
  readonly name: string
  readonly tableID: number
  readonly columnID: number
  readonly dataTypeID: number
}

/** Prepares a statement without running it, and returns the types that the database derives. Rejects as a preparation does. */
export function describeStatement(client: Client, text: string): Promise<DescribedStatement> {
  return new Promise((resolve, reject) => {
    let parameters: readonly number[] = []
    let columns: readonly DescribedColumn[] = []
    let connection: ProtocolConnection
    const onParameters = (message: { dataTypeIDs: number[] }): void => {
      parameters = message.dataTypeIDs
    }
    client.query({
      submit(given: ProtocolConnection) {
        connection = given
        const name = randomUUID()
        connection.on('parameterDescription', onParameters as (message: never) => void)
        connection.parse({ name, text, types: [] })
        connection.describe({ type: 'S', name })
        connection.sync()
      },
      handleRowDescription({ fields }: { fields: Field[] }) {
        columns = fields.map(({ name, dataTypeID, tableID, columnID }) => ({
          name,
          type: dataTypeID,
          table: tableID,
          column: columnID,
        }))
      },
      handleError(error: Error) {
        connection.off('parameterDescription', onParameters as (message: never) => void)
        reject(error)
      },
      handleReadyForQuery() {
        connection.off('parameterDescription', onParameters as (message: never) => void)
        resolve({ parameters, columns })
      },
    } as never)
  })
}
