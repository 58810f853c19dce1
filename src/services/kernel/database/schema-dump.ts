import * as catalog from './schema-dump.sql.js'
import type { Sql } from './sql.js'

/** Statements of one kind, in a stable order. */
export interface SchemaSection {
  readonly title: 'Sequences' | 'Tables' | 'Owners' | 'Constraints' | 'Indexes' | 'Settings' | 'References' | 'Views'
  readonly statements: readonly string[]
}

/**
 * The structure of a database as SQL that makes it again: sequences, tables, constraints, indexes, views, in a stable order. Read from
 * the system catalogs, since the embedded server brings no `pg_dump`.
 */
export async function dumpSchema(sql: Sql): Promise<string> {
  return (await readSchema(sql))
    .map(({ title, statements }) => `-- ${title}\n${statements.join('\n').trimEnd()}\n`)
    .join('\n')
}

/** The same as statements by kind: rows go in between tables and constraints. */
export async function readSchema(sql: Sql): Promise<SchemaSection[]> {
  const sequences = await sql.rows(catalog.sequences)
  const columns = await sql.rows(catalog.tableColumns)
  const constraints = await sql.rows(catalog.constraints)
  const indexes = await sql.rows(catalog.indexes)
  const settings = await sql.rows(catalog.storageSettings)
  const views = await sql.rows(catalog.views)
  const tables = [...Map.groupBy(columns, ({ tableName }) => tableName)].map(
    ([name, own]) => `create table ${name} (\n${own.map(({ definition }) => `  ${definition}`).join(',\n')}\n);\n`,
  )
  const alter = ({ tableName, name, definition }: catalog.SchemaConstraint) =>
    `alter table ${tableName} add constraint ${name} ${definition};`
  const sections: SchemaSection[] = [
    { title: 'Sequences', statements: sequences.map(({ name, type }) => `create sequence ${name} as ${type};`) },
    { title: 'Tables', statements: tables },
    {
      title: 'Owners',
      statements: sequences.flatMap(({ name, owner }) => (owner ? [`alter sequence ${name} owned by ${owner};`] : [])),
    },
    { title: 'Constraints', statements: constraints.filter(({ foreign }) => !foreign).map(alter) },
    { title: 'Indexes', statements: indexes.map(({ definition }) => `${definition};`) },
    { title: 'Settings', statements: settings.map(({ statement }) => statement) },
    { title: 'References', statements: constraints.filter(({ foreign }) => foreign).map(alter) },
    { title: 'Views', statements: views.map(({ name, definition }) => `create view ${name} as\n${definition}\n`) },
  ]
  return sections.filter(({ statements }) => statements.length > 0)
}

/** Objects of a database that the dump cannot recreate, for example `function total`. Must be empty. */
export async function unsupportedObjects(sql: Sql): Promise<string[]> {
  return (await sql.rows(catalog.otherObjects)).map(({ description }) => description)
}
