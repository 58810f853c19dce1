import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPreviousRelease, previousRelease, previousReleaseIssue } from './previous-release.js'

/** Two releases, of which the second replaces the first. */
export interface ReleasePair {
  /** Folder of each release. */
  readonly before: string
  readonly after: string
  /** Migrations that the second has and the first has not. */
  readonly added: readonly string[]
  remove(): void
}

/** The last migration of the fixture, in the order of the names. */
export const NEXT_MIGRATION = '20991231T0000_ops_next_release'

/** An expanding migration: a table, a column that can be empty, one with a default, an index. */
const MIGRATION = `
import { Migration } from '@mikro-orm/migrations'
export class NextRelease extends Migration {
  up() {
    this.addSql('create table "next_release" ("account_id" text not null, "note" text not null, primary key ("account_id", "note"))')
    this.addSql('alter table "account" add column "next_note" text null')
    this.addSql("alter table \\"command\\" add column \\"next_priority\\" text not null default 'NORMAL'")
    this.addSql('create index "ledger_entry_next" on "ledger_entry" ("account_id", "amount")')
  }
}
`

/** Adds an expanding migration to compiled code. */
export function addNextMigration(dist: string): void {
  writeFileSync(join(dist, `migrations/${NEXT_MIGRATION}.js`), MIGRATION)
  appendFileSync(
    join(dist, 'migrations/all-migrations.js'),
    `\nimport { NextRelease } from './${NEXT_MIGRATION}.js'\nallMigrations.push({ module: 'deployments', name: '${NEXT_MIGRATION}', class: NextRelease })\n`,
  )
}

/** This commit with one more migration, compiled. */
function copyAsNextRelease(): string {
  const root = mkdtempSync(join(tmpdir(), 'stackgate-next-'))
  const isCompiled = (path: string) => !/\/dist\/packages(\/|$)/.test(path)
  cpSync('dist', join(root, 'dist'), { recursive: true, filter: isCompiled })
  cpSync('catalogs', join(root, 'catalogs'), { recursive: true })
  cpSync('package.json', join(root, 'package.json'))
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'))
  addNextMigration(join(root, 'dist'))
  return root
}

/** The recorded release and this commit. */
export const PREVIOUS = {
  title: `from ${previousRelease.version} to this commit`,
  issue: previousReleaseIssue(),
  build: async (): Promise<ReleasePair> => {
    const built = await buildPreviousRelease()
    const earlier = namesOf(built.root)
    const added = namesOf(process.cwd()).filter((name) => !earlier.includes(name))
    return { before: built.root, after: process.cwd(), added, remove: () => built.remove() }
  },
}

/** This commit and a copy of it that has one more migration. */
export const NEXT = {
  title: 'from this commit to a copy with one more migration',
  issue: null,
  build: async (): Promise<ReleasePair> => {
    const after = copyAsNextRelease()
    const remove = () => rmSync(after, { recursive: true, force: true })
    return { before: process.cwd(), after, added: [NEXT_MIGRATION], remove }
  },
}

const namesOf = (root: string): string[] =>
  [...readFileSync(join(root, 'dist/migrations/all-migrations.js'), 'utf8').matchAll(/name: '(\w+)'/g)].map(
    ([, name]) => name!,
  )
