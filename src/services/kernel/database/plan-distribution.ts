import {
  copyToEachMachine,
  distributeBy,
  moveToCoordinator,
  nameToCluster,
  type StoredReference,
  type StoredTable,
} from './distribution.sql.js'

/**
 * Place of a table: `DISTRIBUTED` over shards by the account, `REFERENCE` with a copy on each machine, or `LOCAL` on the
 * coordinator.
 */
export type TablePlace = 'DISTRIBUTED' | 'REFERENCE' | 'LOCAL'

export interface PlannedTable {
  readonly name: string
  readonly place: TablePlace
  /** The column by which rows are distributed. Null for other places. */
  readonly column: string | null
}

export interface DistributionPlan {
  /** In the order in which they are moved: a table follows those that its foreign keys name. */
  readonly tables: readonly PlannedTable[]
  /** Foreign keys that are removed, because no distributed table can be the target of a key of another table. */
  readonly dropped: readonly StoredReference[]
  /** Foreign keys between distributed tables: they are removed before the tables are moved, and made again afterwards. */
  readonly restored: readonly StoredReference[]
  /** Reasons why the database cannot be distributed. */
  readonly obstacles: readonly string[]
}

const ROOT = 'account'
/** Finds the account of a name, so its key cannot contain the account. */
const DIRECTORY = 'account_directory'
/** Joined with rows of all accounts, but no foreign key of theirs names it. */
const ALSO_COPIED = ['provider_price']

/**
 * Pure: accounts and the rows that they own are distributed; what these rows name is copied to each machine; all other
 * tables, such as queues, stay on the coordinator.
 */
export function planDistribution(
  stored: readonly StoredTable[],
  references: readonly StoredReference[],
): DistributionPlan {
  const owned = new Set(stored.filter(({ name, isOwned }) => isOwned && name !== DIRECTORY).map(({ name }) => name))
  const isDistributed = (name: string) => name === ROOT || owned.has(name)
  const copied = new Set<string>()
  const copy = (from: string): void => {
    for (const { tableName, referenced } of references)
      if (tableName === from && !isDistributed(referenced) && !copied.has(referenced)) {
        copied.add(referenced)
        copy(referenced)
      }
  }
  for (const { name } of stored) if (isDistributed(name)) copy(name)
  for (const { name } of stored) if (ALSO_COPIED.includes(name)) copied.add(name)
  const placeOf = (name: string): TablePlace =>
    isDistributed(name) ? 'DISTRIBUTED' : copied.has(name) ? 'REFERENCE' : 'LOCAL'
  const dropped = references.filter(
    ({ tableName, referenced }) => !isDistributed(tableName) && isDistributed(referenced),
  )
  const kept = references.filter((reference) => !dropped.includes(reference))
  const { ordered, circular } = inOrder(stored, kept)
  const tables = ordered.map((name) => ({
    name,
    place: placeOf(name),
    column: name === ROOT ? 'id' : owned.has(name) ? 'account_id' : null,
  }))
  const obstacles = [
    ...stored
      .filter(({ name }) => owned.has(name))
      .flatMap(({ name, keysWithoutAccount }) =>
        keysWithoutAccount.map((key) => `the unique key ${key} of ${name} does not contain the account`),
      ),
    ...kept
      .filter(
        ({ tableName, referenced, hasAccount }) => owned.has(tableName) && isDistributed(referenced) && !hasAccount,
      )
      .map(({ tableName, name }) => `the foreign key ${name} of ${tableName} does not contain the account`),
    ...circular.map((name) => `the foreign keys of ${name} are circular`),
  ]
  const restored = kept
    .filter(({ referenced }) => isDistributed(referenced))
    .map((reference) => ({ ...reference, definition: withoutSetNull(reference.definition) }))
  return { tables, dropped, restored, obstacles }
}

/** Citus cannot set a part of a key to null. Without the action, deleting a row that others name is rejected. */
const withoutSetNull = (definition: string): string => definition.replace(/ ON DELETE SET NULL \([^)]*\)$/, '')

/** Tables after those that their foreign keys name, and those for which there is no such order. */
function inOrder(
  stored: readonly StoredTable[],
  references: readonly StoredReference[],
): { readonly ordered: readonly string[]; readonly circular: readonly string[] } {
  const ordered: string[] = []
  let left = stored.map(({ name }) => name)
  for (;;) {
    const next = left.filter((name) =>
      references.every(
        ({ tableName, referenced }) => tableName !== name || referenced === name || ordered.includes(referenced),
      ),
    )
    if (next.length === 0) return { ordered: [...ordered, ...left], circular: left }
    ordered.push(...next)
    left = left.filter((name) => !next.includes(name))
    if (left.length === 0) return { ordered, circular: [] }
  }
}

/** Keys between tables are changed on all shards by one connection. */
const ONE_CONNECTION = `set local citus.multi_shard_modify_mode to 'sequential'`

/**
 * Foreign keys that the distribution removes, or makes again without their action, as the migrations define them. Undoing it makes them again.
 * test/architecture/account-keys.test.ts compares them with the schema.
 */
export const CHANGED_KEYS: readonly Pick<StoredReference, 'tableName' | 'name' | 'definition'>[] = [
  {
    tableName: 'billing_subscription',
    name: 'billing_subscription_checkout_id_foreign',
    definition:
      'FOREIGN KEY (checkout_id, account_id) REFERENCES checkout(id, account_id) ON DELETE SET NULL (checkout_id)',
  },
  {
    tableName: 'earnings_entry',
    name: 'earnings_entry_payout_id_foreign',
    definition:
      'FOREIGN KEY (payout_id, account_id) REFERENCES vendor_payout(id, account_id) ON DELETE SET NULL (payout_id)',
  },
  {
    tableName: 'purchase',
    name: 'purchase_checkout_id_foreign',
    definition:
      'FOREIGN KEY (checkout_id, account_id) REFERENCES checkout(id, account_id) ON DELETE SET NULL (checkout_id)',
  },
  {
    tableName: 'service_key',
    name: 'service_key_account_id_foreign',
    definition: 'FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE',
  },
  {
    tableName: 'vendor',
    name: 'vendor_account_id_foreign',
    definition: 'FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE SET NULL',
  },
]

/** Pure: the statements that move all tables back to the coordinator and restore their foreign keys, for one transaction. */
export function undoStatements(moved: readonly string[]): string[] {
  const changed = CHANGED_KEYS.filter(({ tableName }) => moved.includes(tableName))
  return [
    ONE_CONNECTION,
    ...moved.map(moveToCoordinator),
    ...changed.map(
      ({ tableName, name, definition }) =>
        `alter table ${tableName} drop constraint if exists ${name}, add constraint ${name} ${definition}`,
    ),
  ]
}

/** Pure: the statements that distribute the database, for one transaction. */
export function distributionStatements({ tables, dropped, restored }: DistributionPlan): string[] {
  return [
    ONE_CONNECTION,
    ...[...dropped, ...restored].map(({ tableName, name }) => `alter table ${tableName} drop constraint ${name}`),
    ...tables.filter(({ place }) => place === 'REFERENCE').map(({ name }) => copyToEachMachine(name)),
    ...[...tables]
      .filter(({ place }) => place === 'DISTRIBUTED')
      .sort((a, b) => Number(b.name === ROOT) - Number(a.name === ROOT))
      .map(moveOf),
    ...tables.filter(({ place }) => place === 'LOCAL').map(({ name }) => nameToCluster(name)),
    ...restored.map(
      ({ tableName, name, definition }) => `alter table ${tableName} add constraint ${name} ${definition}`,
    ),
  ]
}

const moveOf = ({ name, column }: PlannedTable): string => distributeBy(name, column!, name === ROOT ? null : ROOT)
