import {
  CamelCasePlugin,
  Kysely,
  OperatorNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  sql,
  type BinaryOperationNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type PluginTransformResultArgs,
  type QueryResult,
  type RawBuilder,
  type UnknownRow,
} from 'kysely'
import type { Tables } from '#entities/tables.js'
import { AppError } from '../errors/app-error.js'

/** Builds statements whose tables, columns and values are checked by the compiler against the entities. */
export type QueryBuilder = Kysely<Tables>

/** Sends a compiled statement and returns its rows, with camelCase keys. */
type Send = (text: string, values: readonly unknown[]) => Promise<{ rows: unknown[]; rowCount: number | null }>

/** A query builder that sends its statements with `send`. Transactions begin with `Database.transaction`, not here. */
export function createQueryBuilder(send: Send): QueryBuilder {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new SharedConnectionDriver(send),
      createIntrospector: (builder) => new PostgresIntrospector(builder),
      createQueryCompiler: () => new ArrayListCompiler(),
    },
    plugins: [new SnakeCaseQueries()],
  })
}

/** Writes names in snake_case. The rows have camelCase keys already: the plugin would convert each name in each row. */
class SnakeCaseQueries extends CamelCasePlugin {
  override transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result)
  }
}

/**
 * Sends the values of `in` and `not in` as one array. A list of parameters would make a prepared statement for each length, on each
 * connection, and an empty one is no valid SQL. An empty array matches nothing.
 */
class ArrayListCompiler extends PostgresQueryCompiler {
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { operator, leftOperand, rightOperand } = node
    const name = OperatorNode.is(operator) ? operator.operator : null
    if (!PrimitiveValueListNode.is(rightOperand) || (name !== 'in' && name !== 'not in'))
      return super.visitBinaryOperation(node)
    this.visitNode(leftOperand)
    this.append(name === 'in' ? ' = any(' : ' <> all(')
    this.appendValue(rightOperand.values)
    this.append(')')
  }
}

/** A value for a `jsonb` column. The driver would send an array as a PostgreSQL array. */
export const jsonb = <Value>(value: Value): RawBuilder<Value> => sql<Value>`${JSON.stringify(value)}::jsonb`

/** A time before now, by the clock of the database. */
export const secondsAgo = (seconds: number): RawBuilder<Date> => sql<Date>`now() - make_interval(secs => ${seconds})`

class SharedConnectionDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(send: Send) {
    this.#connection = {
      async executeQuery<Row>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
        const { rows, rowCount } = await send(text, parameters)
        return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) }
      },
      streamQuery: () => {
        throw notSupported('Streaming')
      },
    }
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection)
  }

  beginTransaction(): Promise<void> {
    return Promise.reject(notSupported('A transaction of the query builder'))
  }

  commitTransaction(): Promise<void> {
    return Promise.reject(notSupported('A transaction of the query builder'))
  }

  rollbackTransaction(): Promise<void> {
    return Promise.reject(notSupported('A transaction of the query builder'))
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

const notSupported = (what: string): AppError =>
  new AppError('INTERNAL', 'The statement cannot be executed.', {
    internal: `${what} is not supported: use Database.transaction`,
  })
