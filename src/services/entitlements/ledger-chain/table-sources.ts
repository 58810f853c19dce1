import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { createSql } from '#services/kernel/database/sql.js'
import { readBackup } from '#services/kernel/backup/read-backup.js'
import { listTables } from '#services/kernel/backup/backup.sql.js'
import { VERIFIED_TABLES, type TableSource } from './verify-chains.js'

/** Tables of a backup file. The file is verified by its checksums while it is read. */
export function backupSource(file: string): TableSource {
  let at = new Date(0)
  return {
    get at() {
      return at
    },
    read: async (onTable) => {
      await readBackup(file, {
        header: ({ createdAt }) => Promise.resolve(void (at = new Date(createdAt))),
        table: onTable,
      })
    },
  }
}

/** Tables of a database, in the transaction of a connection that reads one snapshot. */
export function databaseSource(client: pg.Client, at: Date): TableSource {
  return {
    at,
    read: async (onTable) => {
      const tables = await createSql(client as never, () => '').rows(listTables)
      for (const name of VERIFIED_TABLES) {
        const { columns } = tables.find((table) => table.name === name)!
        await onTable(name, columns, client.query(copyTo(`copy ${name} (${columns.join(', ')}) to stdout`)))
      }
    },
  }
}
